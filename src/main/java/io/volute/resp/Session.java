package io.volute.resp;

import io.volute.listen.Grant;

/** What a client has said about itself and its connection; touched on its I/O thread only. */
final class Session {
  private final long id;
  private int protocol = 2;
  private String name = "";
  private boolean authenticated;
  private Grant grant = Grant.ALL;
  private boolean refusing;
  private boolean ending;

  Session(long id, boolean authenticated) {
    this.id = id;
    this.authenticated = authenticated;
  }

  /** Tells this connection from the others of the server. */
  long id() {
    return id;
  }

  /** 2 or 3. */
  int protocol() {
    return protocol;
  }

  void speak(int protocol) {
    assert protocol == 2 || protocol == 3 : protocol;
    this.protocol = protocol;
  }

  /** As the client has called itself, or empty. */
  String name() {
    return name;
  }

  void rename(String name) {
    this.name = name;
  }

  boolean isAuthenticated() {
    return authenticated;
  }

  void authenticate(Grant allowed) {
    authenticated = true;
    grant = allowed;
  }

  /** What the client may do once it is authenticated. */
  Grant grant() {
    return grant;
  }

  /** Whether calls that come now are refused, since the server stops. */
  boolean isRefusing() {
    return refusing;
  }

  void refuseMore() {
    refusing = true;
  }

  /** Whether the connection closes once all is answered. */
  boolean isEnding() {
    return ending;
  }

  void end() {
    ending = true;
  }
}
