package io.volute.ycsb;

import io.volute.client.Change;
import io.volute.client.ClientSettings;
import io.volute.client.Value;
import io.volute.client.VoluteClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.Vector;
import java.util.concurrent.atomic.AtomicInteger;
import site.ycsb.ByteArrayByteIterator;
import site.ycsb.ByteIterator;
import site.ycsb.DB;
import site.ycsb.DBException;
import site.ycsb.Status;

/**
 * YCSB on Volute: a record is one value, its fields in it. An update of all fields is one write, of
 * some a read and a write. Each thread has a client of its own, which begins at another node. They
 * carry no contexts: the benchmark's threads share keys and know of no siblings, so that the last
 * writer wins.
 */
public final class VoluteBinding extends DB {
  private static final AtomicInteger THREADS = new AtomicInteger();
  private static final int MAX_VALUE_BYTES = 1 << 20;

  private VoluteClient client;
  private int fieldCount;

  @Override
  public void init() throws DBException {
    String[] nodes = getProperties().getProperty("volute.nodes", "localhost:1592").split(",");
    String[] rotated = new String[nodes.length];
    int first = THREADS.getAndIncrement();
    for (int i = 0; i < nodes.length; i++) {
      rotated[i] = nodes[(first + i) % nodes.length];
    }
    fieldCount = Integer.parseInt(getProperties().getProperty("fieldcount", "10"));
    try {
      client = VoluteClient.of(ClientSettings.of(rotated).withBounds(1, 0, MAX_VALUE_BYTES));
    } catch (IllegalArgumentException e) {
      throw new DBException("volute.nodes: " + e.getMessage(), e);
    }
  }

  @Override
  public void cleanup() throws DBException {
    try {
      client.close();
    } catch (IOException e) {
      throw new DBException(e);
    }
  }

  private static String name(String table, String key) {
    return table + "/" + key;
  }

  @Override
  public Status read(
      String table, String key, Set<String> fields, Map<String, ByteIterator> result) {
    try {
      Optional<Value> value = client.read(name(table, key));
      if (value.isEmpty()) {
        return Status.NOT_FOUND;
      }
      decode(value.get().bytes())
          .forEach(
              (field, bytes) -> {
                if (fields == null || fields.contains(field)) {
                  result.put(field, new ByteArrayByteIterator(bytes));
                }
              });
      return Status.OK;
    } catch (IOException e) {
      return Status.ERROR;
    }
  }

  @Override
  public Status insert(String table, String key, Map<String, ByteIterator> values) {
    try {
      Map<String, byte[]> record = new HashMap<>();
      values.forEach((field, bytes) -> record.put(field, bytes.toArray()));
      return write(table, key, record);
    } catch (IOException e) {
      return Status.ERROR;
    }
  }

  @Override
  public Status update(String table, String key, Map<String, ByteIterator> values) {
    if (values.size() == fieldCount) {
      return insert(table, key, values);
    }
    try {
      Optional<Value> value = client.read(name(table, key));
      if (value.isEmpty()) {
        return Status.NOT_FOUND;
      }
      Map<String, byte[]> record = decode(value.get().bytes());
      values.forEach((field, bytes) -> record.put(field, bytes.toArray()));
      return write(table, key, record);
    } catch (IOException e) {
      return Status.ERROR;
    }
  }

  private Status write(String table, String key, Map<String, byte[]> record) throws IOException {
    Change change = client.write(name(table, key), encode(record));
    return change.isApplied() ? Status.OK : Status.ERROR;
  }

  @Override
  public Status delete(String table, String key) {
    try {
      return client.delete(name(table, key)).isApplied() ? Status.OK : Status.ERROR;
    } catch (IOException e) {
      return Status.ERROR;
    }
  }

  /** Workload E is not for a store that spreads its names by their hash. */
  @Override
  public Status scan(
      String table,
      String start,
      int count,
      Set<String> fields,
      Vector<HashMap<String, ByteIterator>> result) {
    return Status.NOT_IMPLEMENTED;
  }

  private static byte[] encode(Map<String, byte[]> record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(1200);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(record.size());
    for (Map.Entry<String, byte[]> field : record.entrySet()) {
      out.writeUTF(field.getKey());
      out.writeInt(field.getValue().length);
      out.write(field.getValue());
    }
    return bytes.toByteArray();
  }

  private static Map<String, byte[]> decode(byte[] value) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(value));
    Map<String, byte[]> record = new HashMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      String field = in.readUTF();
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      record.put(field, bytes);
    }
    return record;
  }
}
