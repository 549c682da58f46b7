/** JSON as it is read from a node: token by token, in bounded memory. */
package io.volute.client.json;
