package io.volute.cli;

/** The version of this program, as its jar's manifest says. */
final class ProgramVersion {
  private ProgramVersion() {}

  static String text() {
    String version = ProgramVersion.class.getPackage().getImplementationVersion();
    return version == null ? "unpackaged" : version;
  }
}
