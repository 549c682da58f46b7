package io.volute.resp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.params.SetParams;

/** Two client libraries, unchanged and as their users call them. */
final class ClientLibrariesTest {
  private static final int PIPELINED = 1000;
  private static RespFixture fixture;

  @BeforeAll
  static void open() throws IOException {
    fixture = RespFixture.open();
  }

  @AfterAll
  static void close() throws IOException {
    fixture.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"RESP2", "RESP3"})
  void shouldServeJedis(RedisProtocol protocol) {
    HostAndPort address = new HostAndPort("127.0.0.1", fixture.port());
    DefaultJedisClientConfig config =
        DefaultJedisClientConfig.builder().protocol(protocol).clientName("jedis").build();
    try (Jedis jedis = new Jedis(address, config)) {
      assertEquals("PONG", jedis.ping());
      assertEquals("jedis", jedis.clientGetname());
      assertEquals("OK", jedis.set("j", "v", SetParams.setParams().ex(100)));
      assertEquals(100, jedis.ttl("j"));
      assertEquals("v", jedis.get("j"));
      assertNull(jedis.get("j:none"));
      assertNull(jedis.set("j", "w", SetParams.setParams().nx()));
      byte[] bytes = {0, -1, '\r', '\n'};
      jedis.set("j:b".getBytes(StandardCharsets.UTF_8), bytes);
      assertArrayEquals(bytes, jedis.get("j:b".getBytes(StandardCharsets.UTF_8)));
      jedis.mset("j:1", "1", "j:2", "2");
      assertEquals(List.of("1", "2"), jedis.mget("j:1", "j:2"));
      assertTrue(jedis.info().contains("redis_version"));
      assertEquals(4, jedis.scan("0", new ScanParams().match("j*").count(100)).getResult().size());
      Pipeline pipeline = jedis.pipelined();
      List<Response<String>> replies = new ArrayList<>();
      for (int i = 0; i < PIPELINED; i++) {
        pipeline.set("j", "p" + i);
        replies.add(pipeline.get("j"));
      }
      pipeline.sync();
      for (int i = 0; i < PIPELINED; i++) {
        assertEquals("p" + i, replies.get(i).get());
      }
      assertThrows(JedisDataException.class, () -> jedis.lpush("j", "x"));
      assertEquals(4, jedis.del("j", "j:b", "j:1", "j:2"));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"RESP2", "RESP3"})
  void shouldServeLettuce(ProtocolVersion protocol) throws Exception {
    RedisURI uri = RedisURI.create("127.0.0.1", fixture.port());
    uri.setTimeout(Duration.ofSeconds(20));
    uri.setClientName("lettuce");
    RedisClient client = RedisClient.create(uri);
    client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      RedisCommands<String, String> commands = connection.sync();
      assertEquals("PONG", commands.ping());
      assertEquals("lettuce", commands.clientGetname());
      assertEquals("OK", commands.set("l", "v", SetArgs.Builder.px(100_000)));
      assertTrue(commands.pttl("l") > 90_000);
      assertEquals("v", commands.setGet("l", "w"));
      assertEquals("w", commands.getdel("l"));
      assertNull(commands.get("l"));
      commands.mset(Collections.singletonMap("l:1", "1"));
      List<KeyValue<String, String>> both = commands.mget("l:1", "l:2");
      assertEquals("1", both.get(0).getValue());
      assertTrue(both.get(1).isEmpty());
      ScanIterator<String> scan = ScanIterator.scan(commands, ScanArgs.Builder.matches("l:*"));
      assertEquals(List.of("l:1"), scan.stream().toList());
      assertEquals(
          1, commands.command().stream().filter(c -> c.toString().contains("strlen")).count());
      List<RedisFuture<String>> sets = new ArrayList<>();
      List<RedisFuture<String>> replies = new ArrayList<>();
      for (int i = 0; i < PIPELINED; i++) {
        sets.add(connection.async().set("l", "p" + i));
        replies.add(connection.async().get("l"));
      }
      for (int i = 0; i < PIPELINED; i++) {
        assertEquals("OK", sets.get(i).get(20, TimeUnit.SECONDS));
        assertEquals("p" + i, replies.get(i).get(20, TimeUnit.SECONDS));
      }
      assertEquals(2, commands.del("l", "l:1"));
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }
  }
}
