package io.volute.transport.session;

/** In which order messages leave. */
enum Channel {
  /** What others wait for or judge a member by: first. */
  CONTROL,
  /** Small messages, in the order in which they were sent. */
  SMALL,
  /** Large messages, in fair turns. */
  LARGE
}
