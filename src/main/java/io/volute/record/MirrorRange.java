package io.volute.record;

/**
 * A range of mirror counts. A clone key is kept by more members than any other, so its count is
 * taken as {@value #CLONE_WIDTH} here.
 *
 * @param least 1 to {@value #CLONE_WIDTH}
 * @param below greater than every count in the range; at most {@value #BELOW_ALL}
 */
public record MirrorRange(int least, int below) {
  public static final int CLONE_WIDTH = Mirrors.MAX_COUNT + 1;
  public static final int BELOW_ALL = CLONE_WIDTH + 1;

  /** Every key. */
  public static final MirrorRange ALL = new MirrorRange(1, BELOW_ALL);

  public MirrorRange {
    if (least < 1 || below > BELOW_ALL || least > below) {
      throw new IllegalArgumentException("mirrors from " + least + " to below " + below);
    }
  }

  /** From this count on, clone keys included. */
  public static MirrorRange from(int least) {
    return new MirrorRange(least, BELOW_ALL);
  }

  /** A mirror count as a number by which it can be compared. */
  public static int widthOf(Mirrors mirrors) {
    return mirrors.isClone() ? CLONE_WIDTH : mirrors.count();
  }

  public boolean contains(int width) {
    return width >= least && width < below;
  }

  /** Whether a key with these versions is in the range; one without versions is in none. */
  public boolean contains(VersionSet versions) {
    return versions.mirrors().map(MirrorRange::widthOf).filter(this::contains).isPresent();
  }

  public boolean isEmpty() {
    return least == below;
  }
}
