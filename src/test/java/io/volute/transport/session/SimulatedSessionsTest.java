package io.volute.transport.session;

import io.volute.testing.Generator;

/** The contract over the simulated network, in virtual time. */
class SimulatedSessionsTest extends SessionsContract {
  @Override
  SimPath open(Generator random) {
    return new SimPath(random);
  }
}
