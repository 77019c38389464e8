package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.io.FileUtils;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.model.process.ChildJvm;

/**
 * Whether a run lives with the memory that the checks call sufficient, and is refused with less.
 */
@Tag("torture")
class HeapTruthTest {
  private static final Pattern HEAP = Pattern.compile("set spark.driver.memory to (\\d+)m");
  private static final long LEAST_HEAP = 320;
  private static final long MINUTES = 10;

  /** Spark itself refuses a heap below 450 MB unless this says that it reserves less. */
  private static final String ANY_HEAP = "-Dspark.testing.reservedMemory=1000000";

  private static final String USUAL_HEAP = "-Dspark.testing.reservedMemory=314572800";

  private static final String OFF_HEAP = "-Dorg.bytedeco.javacpp.maxbytes=0";
  private static final String OFF_HEAP_AND_HEAP = "-Dorg.bytedeco.javacpp.maxphysicalbytes=0";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "collective, carried, none, 0.0, 50000000, 0",
    "collective, carried, int8, 0.9, 20000000, 200000000",
    "spark, carried, none, 0.0, 50000000, 0",
    "spark, average, none, 0.0, 20000000, 0",
    "spark, reset, int8, 0.9, 20000000, 0",
  })
  void theHeapThatIsAskedForIsEnough(
      String transport,
      String innerState,
      String compression,
      String momentum,
      String parameters,
      String readerBytes)
      throws Exception {
    String[] arguments = {
      parameters,
      readerBytes,
      "training.transport=" + transport,
      "training.inner-state=" + innerState,
      "training.compression=" + compression,
      "training.outer.momentum=" + momentum
    };
    long asked = askedFor(train(LEAST_HEAP, ANY_HEAP, arguments));

    assertThat(train(asked * 9 / 10, ANY_HEAP, arguments)).contains(" to " + asked + "m or more.");
    assertThat(train(asked, USUAL_HEAP, arguments)).contains("trained to step 4");
  }

  private static long askedFor(String log) {
    Matcher setting = HEAP.matcher(log);
    assertThat(setting.find()).as("a refusal in %s", log).isTrue();
    return Long.parseLong(setting.group(1));
  }

  /** Returns what the process printed. */
  private String train(long heapMib, String option, String... arguments)
      throws IOException, InterruptedException {
    Path run = Files.createTempDirectory(folder, "run");
    Path log = run.resolve("log.txt");
    List<String> all = new ArrayList<>(List.of(run.toString()));
    all.addAll(List.of(arguments));
    Process process =
        ChildJvm.of(HeapRun.class, all.toArray(String[]::new))
            .with("-Xmx" + heapMib + "m", OFF_HEAP, OFF_HEAP_AND_HEAP, option)
            .start(log);
    assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as("the run ends").isTrue();
    String printed = Files.readString(log);
    FileUtils.deleteDirectory(run.toFile());
    return printed;
  }
}
