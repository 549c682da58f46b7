package io.volute.http;

/** The two kinds of listeners, which must behave alike. */
enum Door {
  TCP,
  UNIX
}
