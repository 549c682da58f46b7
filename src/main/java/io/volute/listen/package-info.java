/**
 * How clients' bytes come in: TCP and unix domain sockets as XNIO stream connections, for whatever
 * protocol is spoken on them.
 *
 * <p>XNIO has no unix domain sockets, so this package brings its own acceptor thread ({@link
 * io.volute.listen.UnixListener} is the place to start). It knows nothing of HTTP or RESP, and
 * nothing of commands; of keys only that a token may be limited to some of them.
 */
package io.volute.listen;
