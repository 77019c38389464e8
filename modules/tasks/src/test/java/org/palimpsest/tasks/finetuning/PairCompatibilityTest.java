package org.palimpsest.tasks.finetuning;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.spark.HadoopSettings;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.SparkExtension;

/** Encoded pairs of an earlier release, in the resource folder {@code pairs}. */
@ExtendWith(SparkExtension.class)
@Tag("spark")
class PairCompatibilityTest {
  @TempDir static Path folder;

  private static PairRuns runs;
  private static StoredFolder earlier;

  @BeforeAll
  static void prepare(SparkSession spark) throws IOException, URISyntaxException {
    runs = PairRuns.prepare(spark, folder);
    List<String> lines = new ArrayList<>(PairRuns.lines(60));
    lines.add("{\"q\": \"only a question\"}");
    lines.add("not JSON at all");
    lines.add("{\"q\": \"" + "far ".repeat(200) + "\", \"a\": \"far\"}");
    Files.write(folder.resolve("small.jsonl"), lines);
    Path resource = Path.of(PairCompatibilityTest.class.getResource("/pairs").toURI());
    earlier =
        new StoredFolder(new org.apache.hadoop.fs.Path(resource.toString()), new Configuration());
  }

  private static Stream<PairLane> lanes(PairManifest manifest) {
    return Stream.concat(manifest.training().stream(), Stream.of(manifest.validation()));
  }

  @Test
  void readsEarlierPairs() {
    PairManifest manifest = PairManifest.store(earlier).read();
    lanes(manifest).forEach(lane -> earlier.verify(lane.file()));

    PairSplit.Reader held =
        new PairSplit(
                earlier.path().toString(),
                List.of(manifest.validation()),
                new HadoopSettings(new Configuration()))
            .reader();

    assertThat(manifest.pairs()).isEqualTo(51);
    assertThat(manifest.validation().rows()).isEqualTo(10);
    for (int row = 0; row < 10; row++) {
      Pair pair = held.pair(0, row);
      assertThat(pair.source()).isNotEmpty();
      assertThat(pair.target()).isNotEmpty();
      assertThat(pair.reference()).isNotBlank();
    }
  }

  @Test
  void writesTheSameLanes() {
    PairManifest before = PairManifest.store(earlier).read();

    runs.open(
        runs.recipe(
            "small", "finetune.input=\"" + folder + "/small.jsonl\"", "finetune.max-rejected=0.1"));

    PairManifest now =
        PairManifest.store(
                new StoredFolder(
                    new org.apache.hadoop.fs.Path(folder + "/small/pairs"), new Configuration()))
            .read();
    assertThat(lanes(now).map(lane -> lane.file().sha256()))
        .containsExactlyElementsOf(lanes(before).map(lane -> lane.file().sha256()).toList());
    assertThat(lanes(now).map(PairLane::offsets))
        .containsExactlyElementsOf(lanes(before).map(PairLane::offsets).toList());
    assertThat(now.cutSources()).isEqualTo(before.cutSources()).isEqualTo(1);
    assertThat(now.rejected()).isEqualTo(before.rejected());
    assertThat(now.settings().keySet()).isEqualTo(before.settings().keySet());
    assertThat(now.json().fieldNames())
        .toIterable()
        .containsExactlyElementsOf(() -> before.json().fieldNames());
  }
}
