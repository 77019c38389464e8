package org.palimpsest.corpus.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.FaultyFileSystem;
import org.palimpsest.storage.StoredFile;
import org.palimpsest.storage.StoredFolder;

/** Several writers and readers of one data set, in any order. */
class StoreWriterTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TERM = Duration.ofMinutes(1);
  private static final Duration KEEP = Duration.ofDays(30);

  @TempDir Path directory;

  private StoredFolder folder;

  private record Table(int schemaVersion, List<StoredFile> rows) implements StoreManifest {
    @Override
    public Map<String, String> settings() {
      return Map.of();
    }

    @Override
    public Stream<StoredFile> files() {
      return rows.stream();
    }

    @Override
    public ObjectNode json() {
      ObjectNode json = JSON.createObjectNode().put("schemaVersion", schemaVersion);
      json.set("rows", JSON.valueToTree(rows));
      return json;
    }
  }

  @BeforeEach
  void chooseFolder() {
    Configuration hadoop = new Configuration();
    FaultyFileSystem.register(hadoop);
    folder =
        new StoredFolder(new org.apache.hadoop.fs.Path("faulty:" + directory + "/table"), hadoop);
  }

  @AfterEach
  void forgetWhatWasNotRun() {
    FaultyFileSystem.beforeManifest(null);
  }

  private ShardedStore<Table> store() {
    return new ShardedStore<>(
        folder,
        new StoreFormat<>(
            "table",
            List.of(1),
            new StoreFormat.Keys("table.path", "table.lease"),
            new StoreFormat.Places(
                List.of("rows"), Pattern.compile("extra-.*"), Pattern.compile("rejected/.*")),
            json -> JSON.treeToValue(json, Table.class)));
  }

  private Table table(String... names) {
    List<StoredFile> rows =
        Stream.of(names).map(name -> folder.write("rows/" + name, out -> out.write(7))).toList();
    return new Table(1, rows);
  }

  private void publish(Table table, Duration keep) {
    try (StoreWriter<Table> writer = store().writer(TERM, keep)) {
      writer.publish(table);
    }
  }

  /** Lets a process of this machine that has ended own the newest lease. */
  private void letOwnerEnd(long number) {
    Path lease = directory.resolve("table/lease-%08d.json".formatted(number));
    try {
      String text = Files.readString(lease);
      Files.writeString(lease, text.replaceAll("\"pid\":\\d+", "\"pid\":2147480000"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<String> rows() {
    return Stream.of(directory.resolve("table/rows").toFile().list()).sorted().toList();
  }

  private void age(String file, Duration age) throws IOException {
    FileTime then = FileTime.from(Instant.now().minus(age));
    Files.setLastModifiedTime(directory.resolve("table").resolve(file), then);
  }

  @Test
  void oneWriterAtATime() {
    try (StoreWriter<Table> first = store().writer(TERM, KEEP)) {
      assertThatThrownBy(() -> store().writer(TERM, KEEP))
          .isInstanceOfSatisfying(
              PalimpsestException.class,
              e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.CLUSTER))
          .hasMessageStartingWith(
              "The table %s is being written by another process (process ", folder.path())
          .hasMessageEndingWith("): wait until it ends, or choose another table.path.");
      first.publish(table("a"));
    }
    publish(table("b"), KEEP);
    assertThat(store().read().rows()).extracting(StoredFile::name).containsExactly("rows/b");
  }

  @Test
  void aWriterThatLostItsLeasePublishesNothing() {
    publish(table("a"), KEEP);
    StoreWriter<Table> paused = store().writer(TERM, KEEP);
    letOwnerEnd(2);
    publish(table("b"), KEEP);
    assertThatThrownBy(() -> paused.publish(table("c")))
        .isInstanceOf(PalimpsestException.class)
        .hasMessage(
            "This process was paused for more than 60 s (table.lease), and another one has taken"
                + " its lease on the table %s: run the command again when that one has ended.",
            folder.path());
    paused.close();
    assertThat(store().read().rows()).extracting(StoredFile::name).containsExactly("rows/b");
  }

  /** Paused just before its manifest is created, it goes on when another one has published. */
  @Test
  void aWriterThatIsPausedInTheMiddleOfPublicationReplacesNothing() {
    publish(table("a"), KEEP);
    StoreWriter<Table> paused = store().writer(TERM, KEEP);
    Table late = table("late");
    FaultyFileSystem.beforeManifest(
        () -> {
          letOwnerEnd(2);
          publish(table("b"), KEEP);
        });
    assertThatThrownBy(() -> paused.publish(late))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("another one has taken its lease on the table");
    paused.close();
    assertThat(store().read().rows()).extracting(StoredFile::name).containsExactly("rows/b");
    publish(table("next"), KEEP);
    assertThat(store().read().rows()).extracting(StoredFile::name).containsExactly("rows/next");
  }

  @Test
  void aChangeByAReleaseWithoutLeasesIsKept() {
    publish(table("a"), KEEP);
    Table foreign = table("foreign");
    try (StoreWriter<Table> writer = store().writer(TERM, KEEP)) {
      folder.publish(foreign.json());
      assertThatThrownBy(() -> writer.publish(table("b")))
          .isInstanceOf(PalimpsestException.class)
          .hasMessage(
              "The table %s has changed while this process wrote to it, and that change is kept:"
                  + " run the command again.",
              folder.path());
    }
    assertThat(store().read()).isEqualTo(foreign);
  }

  @Test
  void aManifestNamesTheOneThatItReplaces() {
    publish(table("a"), KEEP);
    String first = folder.readJson("manifest.json").path("manifestSha256").asText();
    publish(table("b"), KEEP);
    assertThat(folder.manifest("table").path("replaces").asText()).isEqualTo(first);
    assertThat(folder.manifest("table").path("fence").asLong()).isEqualTo(2);
  }

  @Test
  void replacedFilesStayForTheirReaders() throws IOException {
    publish(table("a"), KEEP);
    age("rows/a", Duration.ofDays(400));
    publish(table("b"), KEEP);
    publish(table("c"), KEEP);
    assertThat(rows()).containsExactly("a", "b", "c");
  }

  @Test
  void replacedFilesAreDeletedAfterTheirTime() throws IOException {
    publish(table("a"), KEEP);
    publish(table("b"), KEEP);
    // "a" was replaced when "b" was published.
    String copy =
        Stream.of(directory.resolve("table/manifests").toFile().list())
            .filter(name -> name.startsWith("00000002-"))
            .findFirst()
            .orElseThrow();
    age("manifests/" + copy + "/manifest.json", Duration.ofDays(31));
    publish(table("c"), KEEP);
    assertThat(rows()).containsExactly("b", "c");
    assertThat(directory.resolve("table/manifests").toFile().list()).hasSize(2);
  }

  @Test
  void replacedFilesAreDeletedAtOnceIfNothingReadsThem() {
    publish(table("a"), KEEP);
    publish(table("b"), Duration.ZERO);
    assertThat(rows()).containsExactly("b");
  }

  @Test
  void filesOfAnEarlierReleaseStayToo() {
    Table earlier = table("a");
    folder.publish(earlier.json());
    publish(table("b"), KEEP);
    assertThat(rows()).containsExactly("a", "b");
    publish(table("c"), Duration.ZERO);
    assertThat(rows()).containsExactly("c");
  }

  @Test
  void filesThatNoManifestNamesAreDeletedWhenTheyAreOld() throws IOException {
    table("young", "old");
    age("rows/old", Duration.ofHours(25));
    publish(table("a"), KEEP);
    assertThat(rows()).containsExactly("a", "young");
  }

  @Test
  void aDamagedManifestCanBeReplaced() throws IOException {
    publish(table("a"), KEEP);
    Files.writeString(directory.resolve("table/manifest.json"), "{\"half");
    publish(table("b"), KEEP);
    assertThat(store().read().rows()).extracting(StoredFile::name).containsExactly("rows/b");
  }

  @Test
  void aDeletedStoreKeepsItsLeases() {
    publish(table("a"), KEEP);
    StoreWriter<Table> paused = store().writer(TERM, KEEP);
    letOwnerEnd(2);
    store().delete(TERM, Runnable::run);
    assertThat(store().exists()).isFalse();
    assertThat(rows()).isEmpty();
    assertThatThrownBy(() -> paused.publish(table("b")))
        .hasMessageContaining("another one has taken its lease");
    paused.close();
    assertThat(store().exists()).isFalse();
  }
}
