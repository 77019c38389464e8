package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.FaultPlan.Kind;
import org.palimpsest.storage.FaultPlan.Way;

/** A file that is replaced is whole at every moment, whatever the file system is like. */
class ReplacementTest {
  private static final String OLD = "old";
  private static final String NEW = "newer";

  @TempDir Path disk;

  private final Configuration hadoop = new Configuration();
  private FaultPlan plan;
  private StoredFolder folder;

  private void install(Kind kind) {
    plan = FaultPlan.install(hadoop, kind);
    folder = new StoredFolder(new org.apache.hadoop.fs.Path("faulty:" + disk), hadoop);
  }

  private void replace(String text) {
    StoredFile file =
        folder.replace("file", out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    assertThat(file.name()).isEqualTo("file");
  }

  private String content() throws IOException {
    return Files.readString(disk.resolve("file"));
  }

  @ParameterizedTest
  @EnumSource
  void readerNeverSeesAPartOfAFile(Kind kind) throws IOException {
    install(kind);
    replace(OLD);
    Set<String> seen = new TreeSet<>();
    folder.replace(
        "file",
        out -> {
          out.write(NEW.getBytes(StandardCharsets.UTF_8));
          out.flush();
          seen.add(content());
        });

    assertThat(seen).containsExactly(OLD);
    assertThat(content()).isEqualTo(NEW);
    assertThat(disk.toFile().list()).containsExactly("file");
  }

  @ParameterizedTest
  @EnumSource
  void failureAtAnyCallLeavesTheOldFileOrTheNew(Kind kind) throws IOException {
    install(kind);
    replace(OLD);
    plan.repair();
    replace(OLD);
    int calls = plan.calls().size();
    for (FaultMatrix.Point point : new FaultMatrix(calls).all()) {
      if (point.way() == Way.SHORT_WRITE) {
        continue; // It is no failure, and noticed when the file is read.
      }
      replace(OLD);
      plan.fail(point.call(), point.way(), point.extent());
      assertThatThrownBy(() -> replace(NEW))
          .as("%s", point)
          .isInstanceOf(PalimpsestException.class);
      plan.repair();
      assertThat(content()).as("%s", point).isIn(OLD, NEW);
    }
    assertThat(calls).isGreaterThan(2);
  }

  @ParameterizedTest
  @EnumSource
  void failureOfTheWriterLeavesTheOldFile(Kind kind) throws IOException {
    install(kind);
    replace(OLD);
    assertThatThrownBy(
            () ->
                folder.replace(
                    "file",
                    out -> {
                      out.write(new byte[200_000]);
                      throw new IOException("no more data");
                    }))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith("file cannot be written: no more data.");
    assertThat(content()).isEqualTo(OLD);
  }

  @ParameterizedTest
  @EnumSource
  void fileSystemIsAskedOnlyOnce(Kind kind) {
    install(kind);
    replace(OLD);
    assertThat(plan.calls()).anyMatch(call -> call.contains("probe"));
    plan.repair();
    replace(NEW);
    folder.child("below").replace("file", out -> out.write(1));
    assertThat(plan.calls()).noneMatch(call -> call.contains("probe"));
  }

  @ParameterizedTest
  @EnumSource
  void objectStoreCopiesNothing(Kind kind) {
    install(kind);
    replace(OLD);
    replace(NEW);
    assertThat(plan.calls().stream().anyMatch(call -> call.startsWith("rename")))
        .isEqualTo(kind == Kind.DISK);
  }
}
