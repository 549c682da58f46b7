/** The peers' transport beside others, over the same ways and with the same messages. */
package io.volute.jmh.lanes;
