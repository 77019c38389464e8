package org.palimpsest.pipeline;

/** The build of this jar, which the Python package compares with its own. */
public final class PipelineBuild {
  private PipelineBuild() {}

  /** The version of the one jar; empty if the classes come from elsewhere. */
  public static String version() {
    String version = PipelineBuild.class.getPackage().getImplementationVersion();
    return version == null ? "" : version;
  }

  /**
   * The line of Spark that the one jar is for, as in 4.2; empty if the classes come from elsewhere.
   */
  public static String sparkLine() {
    String line = PipelineBuild.class.getPackage().getSpecificationVersion();
    return line == null ? "" : line;
  }
}
