package io.volute.daemon;

import io.volute.hashing.DigestKey;
import io.volute.identity.NodeId;
import io.volute.port.Dice;
import io.volute.settings.Settings;
import io.volute.transport.DatagramTransport;
import io.volute.transport.PeerTransport;
import io.volute.transport.ReliableTransport;
import io.volute.transport.seal.Checksum;
import io.volute.transport.seal.ClusterKeys;
import io.volute.transport.seal.ClusterKeys.MalformedKeysException;
import io.volute.transport.seal.Guard;
import io.volute.transport.seal.KeyGuard;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** Opens the peers' transport that the settings ask for. */
final class PeerWire {
  private PeerWire() {}

  static PeerTransport open(
      Settings settings,
      String bindHost,
      int port,
      NodeId self,
      Dice dice,
      Predicate<NodeId> isMember)
      throws StartException, IOException {
    if (settings.plainDatagrams()) {
      return DatagramTransport.open(bindHost, port, self, dice.nextLong(), isMember);
    }
    return ReliableTransport.open(bindHost, port, self, guardOf(settings), isMember);
  }

  private static Guard guardOf(Settings settings) throws StartException {
    Optional<String> file = settings.clusterKeyFile();
    return file.isPresent() ? new KeyGuard(keysOf(file.get())) : new Checksum();
  }

  /** By what the sums are made that members compare: a secret for each of the cluster's keys. */
  static List<DigestKey> digestKeys(Settings settings) throws StartException {
    Optional<String> file = settings.clusterKeyFile();
    if (file.isEmpty()) {
      return List.of(DigestKey.PLAIN);
    }
    Map<Long, DigestKey> keys = new LinkedHashMap<>();
    int bytes = DigestKey.SECRET_BYTES + Long.BYTES;
    for (byte[] secret : keysOf(file.get()).derive("digests", bytes)) {
      long fingerprint = ByteBuffer.wrap(secret).getLong(DigestKey.SECRET_BYTES);
      DigestKey key = DigestKey.of(Arrays.copyOf(secret, DigestKey.SECRET_BYTES), fingerprint);
      keys.put(key.fingerprint(), key);
    }
    return List.copyOf(keys.values());
  }

  private static ClusterKeys keysOf(String file) throws StartException {
    try {
      return ClusterKeys.parse(Files.readAllBytes(Path.of(file)));
    } catch (IOException e) {
      throw badKey(file, "can't be read, allowed is a file with a secret of 32 bytes or more", e);
    } catch (MalformedKeysException e) {
      throw badKey(file, e.getMessage(), e);
    }
  }

  private static StartException badKey(String file, String problem, Exception cause) {
    return new StartException(
        StartException.EXIT_BAD_INPUT, "--cluster-key " + file + ": " + problem, cause);
  }
}
