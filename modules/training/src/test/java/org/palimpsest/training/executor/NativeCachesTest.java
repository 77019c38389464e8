package org.palimpsest.training.executor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.palimpsest.training.SparkExtension;

@ExtendWith(SparkExtension.class)
@Tag("spark")
class NativeCachesTest {
  private static final String HOME = "user.home";
  private static final String JAVACPP = "org.bytedeco.javacpp.cachedir";
  private static final String DJL = "DJL_CACHE_DIR";

  private final SparkSession spark;
  private final String home = System.getProperty(HOME);
  private String javaCpp;
  private String djl;

  NativeCachesTest(SparkSession spark) {
    this.spark = spark;
  }

  @BeforeEach
  void saveProperties() {
    javaCpp = System.clearProperty(JAVACPP);
    djl = System.clearProperty(DJL);
  }

  @AfterEach
  void restoreProperties() {
    System.setProperty(HOME, home);
    set(JAVACPP, javaCpp);
    set(DJL, djl);
  }

  private static void set(String property, String value) {
    if (value == null) {
      System.clearProperty(property);
    } else {
      System.setProperty(property, value);
    }
  }

  @Test
  void usesSparksLocalFolderWithoutAHomeFolder() {
    System.setProperty(HOME, "/proc/no-home");

    NativeCaches.place();

    Path local = Path.of(Utils.getConfiguredLocalDirs(spark.sparkContext().conf())[0]);
    assertThat(System.getProperty(JAVACPP))
        .isEqualTo(local.resolve("palimpsest-natives/javacpp").toString());
    assertThat(System.getProperty(DJL))
        .isEqualTo(local.resolve("palimpsest-natives/djl").toString());
    assertThat(local.resolve("palimpsest-natives/javacpp")).isDirectory();
  }

  @Test
  void keepsAConfiguredFolder() {
    System.setProperty(JAVACPP, "/elsewhere");

    NativeCaches.place();

    assertThat(System.getProperty(JAVACPP)).isEqualTo("/elsewhere");
    assertThat(NativeCaches.javaCpp()).isEqualTo(Path.of("/elsewhere"));
  }
}
