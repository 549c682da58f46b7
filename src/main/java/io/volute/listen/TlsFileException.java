package io.volute.listen;

/** A certificate or its key can't be used; the message names the file and what is allowed. */
public final class TlsFileException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The flag of the file that is to blame. */
  private final String flag;

  TlsFileException(String flag, String problem) {
    super(problem);
    this.flag = flag;
  }

  /** {@code --tls-cert} or {@code --tls-key}. */
  public String flag() {
    return flag;
  }
}
