/**
 * How clients' bytes come in: TCP and unix domain sockets as XNIO stream connections.
 *
 * <p>XNIO has no unix domain sockets, so this package brings its own acceptor thread ({@link
 * io.volute.http.listen.UnixListener} is the place to start). It knows nothing of HTTP except for
 * {@code HostlessConduit}, and nothing of keys or commands.
 */
package io.volute.http.listen;
