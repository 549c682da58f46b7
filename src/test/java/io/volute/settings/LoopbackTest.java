package io.volute.settings;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost",
        "127.0.0.1",
        "127.255.255.255",
        "::1",
        "0:0:0:0:0:0:0:1",
        "0000:0000:0000:0000:0000:0000:0000:0001"
      })
  void shouldBeLoopbackWhenTheTextCanMeanNothingElse(String host) {
    assertTrue(Loopback.isLoopback(host));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0.0.0.0",
        "::",
        "128.0.0.1",
        "127.1",
        "127.0.0.256",
        "127.0.0.01",
        "127.0.0.1.example.com",
        "127.0.0.1\n",
        "localhost.example.com",
        "notlocalhost",
        "::2",
        "1::1",
        "0:0:0:0:0:0:1"
      })
  void shouldNotBeLoopbackWhenTheTextMayMeanAnotherMachine(String host) {
    assertFalse(Loopback.isLoopback(host));
  }
}
