package io.volute.membership.swim;

import io.volute.identity.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * News that is passed on with whatever goes to a peer anyway, each piece λ·⌈log₁₀(n+1)⌉ times, what
 * was passed on least first (SWIM, section 4.1). One piece for each subject: a newer one takes the
 * place of the older, which bounds it by the number of members.
 *
 * @param <T> what is told
 */
public final class Broadcasts<T> {
  private static final class Piece<T> {
    final NodeId subject;
    final T news;
    final long order;
    int told;

    Piece(NodeId subject, T news, long order) {
      this.subject = subject;
      this.news = news;
      this.order = order;
    }
  }

  private final int retransmitFactor;
  private final SortedMap<NodeId, Piece<T>> pieces = new TreeMap<>();
  private long orders;

  /**
   * @param retransmitFactor λ
   */
  public Broadcasts(int retransmitFactor) {
    this.retransmitFactor = retransmitFactor;
  }

  public void add(NodeId subject, T news) {
    pieces.put(subject, new Piece<>(subject, news, orders++));
  }

  public void forget(NodeId subject) {
    pieces.remove(subject);
  }

  public void clear() {
    pieces.clear();
  }

  public boolean isEmpty() {
    return pieces.isEmpty();
  }

  int size() {
    return pieces.size();
  }

  /**
   * What one peer is told now.
   *
   * @param most pieces at most
   * @param members how many there are
   */
  public List<T> take(int most, int members) {
    int limit = retransmitFactor * (int) Math.ceil(Math.log10(members + 1.0));
    List<Piece<T>> chosen = new ArrayList<>(pieces.values());
    if (chosen.size() > most) {
      chosen.sort(
          Comparator.comparingInt((Piece<T> piece) -> piece.told)
              .thenComparing(piece -> piece.order, Comparator.reverseOrder()));
      chosen = chosen.subList(0, most);
    }
    List<T> news = new ArrayList<>(chosen.size());
    for (Piece<T> piece : chosen) {
      news.add(piece.news);
      piece.told++;
      if (piece.told >= limit) {
        pieces.remove(piece.subject);
      }
    }
    return news;
  }

  @Override
  public String toString() {
    List<String> subjects = new ArrayList<>();
    for (Map.Entry<NodeId, Piece<T>> entry : pieces.entrySet()) {
      subjects.add(entry.getKey() + "×" + entry.getValue().told);
    }
    return subjects.toString();
  }
}
