package org.palimpsest.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;

class CheckpointManifestTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"[null]", "[]", "[7]", "{}"})
  void aListOfFilesThatIsWrongIsDamage(String files) throws JsonProcessingException {
    StoredFolder stored =
        new StoredFolder(
            new org.apache.hadoop.fs.Path(folder.resolve("step").toString()), new Configuration());
    ObjectNode manifest =
        new ObjectMapper()
            .createObjectNode()
            .put("format", "palimpsest-checkpoint")
            .put("version", Checkpoint.FORMAT)
            .put("step", 7);
    manifest.set("files", new ObjectMapper().readTree(files));
    stored.publish(manifest);

    assertThatThrownBy(() -> CheckpointManifest.open(stored))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(stored.path().toString());
  }
}
