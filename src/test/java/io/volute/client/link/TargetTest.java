package io.volute.client.link;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TargetTest {
  @Test
  void shouldReadAddressesOfAllKinds() {
    assertEquals("[::1]:80", Target.parse("[::1]:80").hostHeader());
    assertTrue(Target.parse("./sock").isUnix());
    assertFalse(Target.parse("http://a:80/").isTls());
    assertTrue(Target.parse("https://a:443").isTls());
    assertEquals("a:443", Target.parse("https://a:443").hostHeader());
  }

  @Test
  void shouldSayWhatIsAllowedWhenAnAddressIsBad() {
    String[] bad = {
      "", "localhost", ":80", "a:0", "a:65536", "ftp://a:80", "http://a", "https:///s", "\0/"
    };
    for (String address : bad) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> Target.parse(address), address);
      assertTrue(e.getMessage().contains(Target.RULE), e.getMessage());
    }
  }

  @Test
  void shouldNotShowATokenWhenAnAccessIsPrinted() {
    Access access = Access.to(Target.parse("a:1"), Duration.ofSeconds(1)).withToken("secret");
    assertEquals("a:1", access.toString());
    assertThrows(IllegalArgumentException.class, () -> access.withToken("two words"));
  }
}
