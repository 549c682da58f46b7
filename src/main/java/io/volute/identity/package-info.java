/** Who is who: node names, incarnations, addresses and zones. Knows nothing else. */
package io.volute.identity;
