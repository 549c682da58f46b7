package io.volute.http;

import io.undertow.server.HttpServerExchange;
import io.volute.command.Answer;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Sends a body that is made of pieces: bytes, and parts of large values, which are fetched as fast
 * as the client takes them. Used on the I/O thread only.
 */
final class PieceWriter {
  /** A part of a body: one of the two. */
  record Piece(ByteBuffer bytes, BlobSource blob) {
    static Piece of(ByteBuffer bytes) {
      return new Piece(bytes, null);
    }

    static Piece of(BlobSource blob) {
      return new Piece(null, blob);
    }
  }

  private final BodyWriter writer;
  private Iterator<Piece> pieces;
  private BlobSource current;

  PieceWriter(HttpServerExchange exchange) {
    this.writer = new BodyWriter(exchange);
  }

  /** Sends them and ends the exchange. */
  void write(List<Piece> all) {
    pieces = all.iterator();
    next();
  }

  private void next() {
    if (current != null && !current.isAtEnd()) {
      current.next(chunk -> writer.write(List.of(ByteBuffer.wrap(chunk)), this::next));
      return;
    }
    current = null;
    if (!pieces.hasNext()) {
      writer.writeLast(List.of());
      return;
    }
    Piece piece = pieces.next();
    if (piece.bytes() != null) {
      writer.write(List.of(piece.bytes()), this::next);
    } else {
      current = piece.blob();
      next();
    }
  }

  /** What to do when a chunk can't be had: answer so, or break the answer off. */
  static Consumer<Answer.Refused> onLoss(HttpServerExchange exchange, Runnable again) {
    return refused -> {
      if (exchange.isResponseStarted()) {
        // An answer that is cut short is the only honest one now.
        Submission.abort(exchange);
      } else if (again != null) {
        again.run();
      } else {
        Refusals.send(exchange, refused);
      }
    };
  }
}
