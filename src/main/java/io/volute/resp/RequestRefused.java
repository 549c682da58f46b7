package io.volute.resp;

/** A call that is answered with an error and changes nothing; the connection goes on. */
final class RequestRefused extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  RequestRefused(String text) {
    this("ERR", text);
  }

  RequestRefused(String code, String text) {
    // Made for each misspelt call: a stack trace would be its main cost.
    super(text, null, false, false);
    this.code = code;
  }

  static RequestRefused syntax() {
    return new RequestRefused("syntax error");
  }

  Reply reply() {
    return new Reply.Failure(code, getMessage());
  }
}
