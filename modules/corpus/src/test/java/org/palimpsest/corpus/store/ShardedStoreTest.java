package org.palimpsest.corpus.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

class ShardedStoreTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TERM = Duration.ofMinutes(1);

  @TempDir Path directory;

  private StoredFolder folder;

  private record Counted(
      int schemaVersion, Map<String, String> settings, List<StoredFile> lanes, int rows)
      implements StoreManifest {
    Counted(int schemaVersion, Map<String, String> settings, int rows) {
      this(schemaVersion, settings, List.of(), rows);
    }

    @Override
    public Stream<StoredFile> files() {
      return lanes.stream();
    }

    @Override
    public ObjectNode json() {
      return JSON.valueToTree(this);
    }
  }

  private ShardedStore<Counted> store(int version) {
    return new ShardedStore<>(
        folder,
        new StoreFormat<>(
            "table",
            List.of(version),
            new StoreFormat.Keys("table.path", "table.lease"),
            new StoreFormat.Places(
                List.of("rows"), Pattern.compile("extra-.*"), Pattern.compile("extra-.*")),
            json -> JSON.treeToValue(json, Counted.class)));
  }

  private void publish(Counted manifest) {
    try (StoreWriter<Counted> writer = store(1).writer(TERM, Duration.ZERO)) {
      writer.publish(manifest);
    }
  }

  @BeforeEach
  void chooseFolder() {
    folder =
        new StoredFolder(new org.apache.hadoop.fs.Path(directory + "/table"), new Configuration());
  }

  @Test
  void existsOnceItsManifestIsPublished() {
    Counted manifest = new Counted(1, Map.of("seed", "3"), 7);
    assertThat(store(1).exists()).isFalse();

    publish(manifest);

    assertThat(store(1).exists()).isTrue();
    assertThat(store(1).read()).isEqualTo(manifest);
  }

  @Test
  void refusesAnotherFormatVersion() {
    publish(new Counted(1, Map.of(), 7));
    assertThatThrownBy(() -> store(2).read())
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The table %s has format version 1, but this version of Palimpsest reads 2: use the version that wrote it."
                .formatted(folder.path()));
  }

  /** Another version may compute its checksum in another way. */
  @Test
  void anotherFormatVersionIsNotDamagedWhateverItsChecksum() throws IOException {
    publish(new Counted(1, Map.of(), 7));
    Path manifest = Path.of(folder.path().toUri().getPath(), "manifest.json");
    Files.writeString(
        manifest, Files.readString(manifest).replace("manifestSha256", "manifestSha512"));
    assertThatThrownBy(() -> store(2).read()).hasMessageContaining("has format version 1, but");
  }

  @Test
  void aManifestWithoutAFormatVersionIsDamaged() {
    folder.publish(JSON.createObjectNode().put("columns", 4));
    assertThatThrownBy(() -> store(1).read())
        .hasMessageContaining("is damaged (it has no format version): prepare it again");
  }

  @Test
  void refusesAManifestWithOtherFields() {
    folder.publish(JSON.createObjectNode().put("schemaVersion", 1).put("columns", 4));
    assertThatThrownBy(() -> store(1).read())
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith("The manifest of the table " + folder.path() + " is damaged (")
        .hasMessageEndingWith("): prepare it again with --fresh.");
  }

  @Test
  void refusesOtherSettings() {
    Map<String, String> stored = Map.of("a", "1", "b", "x");
    assertThatThrownBy(
            () -> store(1).requireSameSettings(stored, Map.of("a", "1", "b", ""), key -> true))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "The table %s was prepared with b = x, but the setting is now \"\": restore the setting, choose another table.path, or start over with --fresh."
                .formatted(folder.path()));
  }

  @Test
  void refusesASettingThatWasAbsent() {
    assertThatThrownBy(() -> store(1).requireSameSettings(Map.of(), Map.of("b", "x"), key -> true))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("was prepared with b = absent, but the setting is now x: ");
  }

  @Test
  void comparesOnlyTheKeysThatMatter() {
    assertThatCode(
            () ->
                store(1)
                    .requireSameSettings(
                        Map.of("a", "1", "b", "x"), Map.of("a", "1", "b", "y"), "a"::equals))
        .doesNotThrowAnyException();
  }
}
