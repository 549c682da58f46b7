package io.volute.jmh.lanes;

/**
 * A way from one end of this process to the other. The other end answers what is at most {@link
 * #ECHO_BYTES} long with as much, and what is longer with {@link #HEAD_BYTES}. For one thread.
 */
interface Lane extends AutoCloseable {
  int ECHO_BYTES = 1024;

  /** A message begins with its number. */
  int HEAD_BYTES = 16;

  /** Takes the numbers of what was answered. */
  interface Answers {
    void onAnswer(long number);
  }

  static int answerBytes(int length) {
    return length <= ECHO_BYTES ? length : HEAD_BYTES;
  }

  /** Returns false when there is no room now. */
  boolean send(long number, int length) throws Exception;

  /** Sends what waits and takes what has come; waits a moment where there is nothing. */
  void turn(Answers answers) throws Exception;

  @Override
  void close() throws Exception;
}
