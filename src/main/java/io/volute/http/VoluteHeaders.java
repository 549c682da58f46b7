package io.volute.http;

import io.undertow.util.HttpString;

/** Names of the header lines that are this store's own. */
final class VoluteHeaders {
  static final HttpString VERSION = new HttpString("Volute-Version");
  static final HttpString SIBLINGS = new HttpString("Volute-Siblings");
  static final HttpString ACKS = new HttpString("Volute-Acks");
  static final HttpString LAG_MILLIS = new HttpString("Volute-Lag-Millis");
  static final HttpString OUTCOME = new HttpString("Volute-Outcome");

  private VoluteHeaders() {}
}
