package io.volute.storage;

/**
 * Something that opening a store found out and an operator should know.
 *
 * @param what its nature
 * @param file relative to the store's directory
 * @param offset where in the file, bytes
 * @param bytes how many bytes are concerned
 */
public record StoreReport(What what, String file, long offset, long bytes) {
  /** The natures of findings, mildest first. */
  public enum What {
    /** The end of the log was not written whole before a crash, and was cut off. */
    TORN_TAIL_CUT("a torn tail was cut off"),
    /** Bytes inside the log are damaged; the records there are lost, those behind were kept. */
    RECORDS_SKIPPED("damaged records were skipped"),
    /** Both headers of a segment were damaged; its records have shown what was in them. */
    HEADER_REBUILT("its header was damaged and has been made anew from its records"),
    /** Both headers of a segment are damaged, and so much else that nothing can be trusted. */
    SEGMENT_UNREADABLE("the segment's header is damaged: nothing in it is readable"),
    /** The proof that a segment is complete was damaged. */
    SEAL_RENEWED("its seal was damaged and has been renewed");

    private final String text;

    What(String text) {
      this.text = text;
    }
  }

  /** Whether acknowledged changes may be lost, as opposed to a write that a crash cut short. */
  public boolean isDamage() {
    return what != What.TORN_TAIL_CUT;
  }

  @Override
  public String toString() {
    return file + ": " + what.text + " at byte " + offset + ", " + bytes + " bytes";
  }
}
