package io.volute.causal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.volute.identity.Actor;
import io.volute.identity.NodeId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ActorBytesTest {
  private static Actor read(String node, long incarnation) throws MalformedContextException {
    byte[] text = node.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer bytes = ByteBuffer.allocate(128).put((byte) text.length).put(text);
    ContextBytes.writeVarint(incarnation, bytes);
    bytes.flip();
    Actor actor = ActorBytes.read(bytes);
    assertEquals(0, bytes.remaining());
    return actor;
  }

  @Test
  void shouldTellActorsApartThatAreReadInTurns() throws MalformedContextException {
    for (int round = 0; round < 3; round++) {
      for (String node : new String[] {"node-1x", "node-2x", "mode-2x", "n"}) {
        for (long incarnation : new long[] {0, 64, 1L << 40, Actor.MAX_INCARNATION}) {
          assertEquals(new Actor(new NodeId(node), incarnation), read(node, incarnation));
        }
      }
    }
  }

  @Test
  void shouldRefuseWhatIsNoActor() {
    assertThrows(MalformedContextException.class, () -> read("", 1));
    assertThrows(MalformedContextException.class, () -> read("a b", 1));
    assertThrows(MalformedContextException.class, () -> read("a\u00e9", 1));
    assertThrows(MalformedContextException.class, () -> read("a", Actor.MAX_INCARNATION + 1));
    ByteBuffer cut = ByteBuffer.wrap(new byte[] {5, 'a', 'b'});
    assertThrows(MalformedContextException.class, () -> ActorBytes.read(cut));
  }
}
