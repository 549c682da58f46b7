package io.volute.jmh;

import io.volute.codec.MalformedMessageException;
import io.volute.codec.MessageDecoder;
import io.volute.codec.MessageEncoder;
import io.volute.message.Message;
import io.volute.record.VersionedValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Messages to bytes and back. */
public class MessageCodecBenchmark extends ShortRun {
  /** What is encoded. */
  public enum Sample {
    PROBE_ACK,
    REPLICATE_100,
    REPLICATE_4096,
    /** Three siblings of 100 bytes. */
    FETCHED_3;

    private Message message() {
      long requestId = 0x1234_5678_9abc_def0L;
      return switch (this) {
        case PROBE_ACK -> new Message.ProbeAck(requestId);
        case REPLICATE_100 -> replicate(requestId, 100);
        case REPLICATE_4096 -> replicate(requestId, 4096);
        case FETCHED_3 -> {
          VersionedValue one = Samples.content(100);
          Message.FetchedVersion fetched =
              new Message.FetchedVersion(one.version(), Optional.of(one.value()));
          yield new Message.Fetched(requestId, 0, 1, List.of(fetched, fetched, fetched));
        }
      };
    }

    private static Message replicate(long requestId, int sizeBytes) {
      return new Message.Replicate(requestId, Samples.name(20), Samples.content(sizeBytes));
    }
  }

  private static final int MAX_MESSAGE_BYTES = 60_000;

  @Param private Sample sample;

  private final MessageEncoder encoder = new MessageEncoder(MAX_MESSAGE_BYTES);
  private final MessageDecoder decoder = new MessageDecoder();
  private Message message;
  private byte[] encoded;

  @Setup
  public void prepare() {
    message = sample.message();
    int length = encoder.encode(message);
    encoded = Arrays.copyOf(encoder.bytes(), length);
  }

  @Benchmark
  public int encode() {
    return encoder.encode(message);
  }

  @Benchmark
  public Message decode() throws MalformedMessageException {
    return decoder.decode(encoded, 0, encoded.length);
  }
}
