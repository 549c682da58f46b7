/**
 * How clients' bytes come in: TCP and unix domain sockets as XNIO stream connections, for whatever
 * protocol is spoken on them.
 *
 * <p>It brings its own I/O threads ({@link io.volute.listen.IoThread} is the place to start):
 * XNIO's have no unix domain sockets, and take longer to close a connection the more of them are to
 * be closed. It knows nothing of HTTP or RESP, and nothing of commands; of keys only that a token
 * may be limited to some of them.
 */
package io.volute.listen;
