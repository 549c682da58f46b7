package io.volute.codec;

import java.io.IOException;

/**
 * A message that breaks a bound of the wire format or is larger than the room given to it. An
 * {@link IOException} because it has to pass through msgpack's output interface.
 */
final class UnencodableException extends IOException {
  private static final long serialVersionUID = 1L;

  UnencodableException(String problem) {
    super(problem);
  }
}
