package org.palimpsest.cli.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.corpus.read.Manifest;
import org.palimpsest.storage.StoredFolder;

/** A corpus of commit 4772d44 reads back as it did then. */
class CorpusCompatibilityTest {
  @TempDir private static Path folder;
  private static Artefacts artefacts;
  private static JsonNode now;
  private static final JsonNode THEN = Artefacts.json(Artefacts.COMMITTED.resolve("blocks.json"));

  @BeforeAll
  static void inspect() throws Exception {
    artefacts = Artefacts.copiedTo(folder);
    now =
        Artefacts.json(
            artefacts.succeed(
                "corpus inspect", "collective", "--json", "--blocks", "1000000", "--seed", "1"));
  }

  @Test
  void theManifestSaysTheSame() {
    assertThat(now.path("manifest")).isEqualTo(THEN.path("manifest"));
  }

  @Test
  void writesTheManifestInTheSameForm() {
    Path corpus = Artefacts.COMMITTED.resolve("corpus").toAbsolutePath();
    StoredFolder stored =
        new StoredFolder(new org.apache.hadoop.fs.Path(corpus.toString()), new Configuration());
    ObjectNode before = stored.manifest("corpus");

    ObjectNode now = Manifest.store(stored).read().json();

    assertThat(now).hasToString(before.toString());
  }

  @Test
  void everyBlockIsTheSameAndInTheSamePlaceOfTheEpoch() {
    assertThat(now.path("blocks").size()).isEqualTo(now.at("/manifest/training/blocks").asInt());
    assertThat(now.path("blocks")).isEqualTo(THEN.path("blocks"));
  }

  @Test
  void aTrainingReadsTheSameDamagedExamples() {
    for (String run : new String[] {"gradients", "collective", "spark-carried", "spark-average"}) {
      String preview = artefacts.succeed("preview", run, "--json", "--examples", "8");
      assertThat(preview).as(run).isEqualTo(artefacts.text(run + ".examples"));
    }
  }
}
