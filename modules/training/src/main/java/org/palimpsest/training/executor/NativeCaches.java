package org.palimpsest.training.executor;

import java.io.File;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.Utils;

/**
 * Where JavaCPP and the tokenizer's library unpack native libraries: in the home folder or, if that
 * is not writable (as in many containers), in Spark's local folder. The folders must be set before
 * the first native library is loaded.
 */
public final class NativeCaches {
  private static final String JAVACPP = "org.bytedeco.javacpp.cachedir";
  private static final String DJL = "DJL_CACHE_DIR";
  private static final String FOLDER = "palimpsest-natives";

  private NativeCaches() {}

  /** Sets the folders in a JVM where Spark runs. Folders that the user set are kept. */
  public static void place() {
    choose(JAVACPP, javaCpp());
    if (System.getenv(DJL) == null) {
      choose(DJL, djl());
    }
  }

  /** Where JavaCPP unpacks native libraries. */
  public static Path javaCpp() {
    return chosen(JAVACPP, Path.of(home(), ".javacpp", "cache"), "javacpp");
  }

  private static Path djl() {
    return chosen(DJL, Path.of(home(), ".djl.ai"), "djl");
  }

  private static Path chosen(String property, Path usual, String name) {
    String set = System.getProperty(property);
    if (set != null) {
      return Path.of(set);
    }
    return canWrite(usual.toFile()) || SparkEnv.get() == null
        ? usual
        : Path.of(localFolder(SparkEnv.get().conf()), FOLDER, name);
  }

  /**
   * A folder that outlives the application if there is one, so that the next application finds the
   * libraries. Cluster managers delete the folders of an executor when it ends.
   */
  private static String localFolder(SparkConf conf) {
    return Stream.of(conf.get("spark.local.dir", ""), System.getenv("SPARK_LOCAL_DIRS"))
        .filter(Objects::nonNull)
        .map(folders -> folders.split(",", -1)[0])
        .filter(folder -> !folder.isEmpty() && canWrite(new File(folder)))
        .findFirst()
        .orElseGet(() -> Utils.getConfiguredLocalDirs(conf)[0]);
  }

  private static void choose(String property, Path folder) {
    if (System.getProperty(property) == null && canWrite(folder.toFile())) {
      System.setProperty(property, folder.toString());
    }
  }

  private static boolean canWrite(File folder) {
    return (folder.isDirectory() || folder.mkdirs()) && folder.canWrite();
  }

  private static String home() {
    return System.getProperty("user.home");
  }
}
