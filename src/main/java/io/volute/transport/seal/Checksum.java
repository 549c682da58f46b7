package io.volute.transport.seal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** Guards against accidents only: each datagram ends in its CRC32C. */
public final class Checksum implements Guard, Protection {
  private static final int BYTES = 4;

  private final CRC32C crc = new CRC32C();
  private final byte[] noShare = new byte[SHARE_BYTES];

  @Override
  public int trailerBytes() {
    return BYTES;
  }

  @Override
  public int overheadBytes() {
    return BYTES;
  }

  @Override
  public Opening open() {
    return new Opening() {
      @Override
      public byte[] share() {
        return noShare;
      }

      @Override
      public Protection conclude(ByteBuffer hello, ByteBuffer welcome, byte[] peerShare) {
        return checkHello(welcome) < 0 ? null : Checksum.this;
      }
    };
  }

  @Override
  public void proveHello(ByteBuffer hello) {
    int end = hello.limit() - BYTES;
    hello.putInt(end, of(hello, end));
  }

  @Override
  public int checkHello(ByteBuffer hello) {
    int end = hello.limit() - BYTES;
    return end >= 0 && hello.getInt(end) == of(hello, end) ? 0 : -1;
  }

  @Override
  public Answering answer(ByteBuffer hello, byte[] share, int secret) {
    return new Answering() {
      @Override
      public byte[] share() {
        return noShare;
      }

      @Override
      public Protection conclude(ByteBuffer welcome) {
        proveHello(welcome);
        return Checksum.this;
      }
    };
  }

  @Override
  public ByteBuffer seal(ByteBuffer datagram, int headerBytes, long number) {
    datagram.limit(datagram.limit() + BYTES);
    proveHello(datagram);
    return datagram;
  }

  @Override
  public ByteBuffer open(ByteBuffer datagram, int headerBytes, long number) {
    if (datagram.limit() < headerBytes + BYTES || checkHello(datagram) < 0) {
      return null;
    }
    datagram.limit(datagram.limit() - BYTES);
    return datagram;
  }

  private int of(ByteBuffer datagram, int end) {
    crc.reset();
    crc.update(datagram.array(), datagram.arrayOffset(), end);
    return (int) crc.getValue();
  }
}
