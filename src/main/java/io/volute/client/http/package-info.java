/**
 * A small HTTP/1.1 client over TCP and unix domain sockets, which the platform's own client can't
 * speak.
 *
 * <p>Start with {@link io.volute.client.http.HttpClient}. It knows nothing of keys or commands. It
 * takes a server for hostile: each wait, line and header block has a bound.
 */
package io.volute.client.http;
