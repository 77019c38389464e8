package org.palimpsest.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.PalimpsestException.Kind;
import org.palimpsest.storage.FaultPlan.Extent;
import org.palimpsest.storage.FaultPlan.Way;

/** Failures of the file system are exceptions, and only what is certain counts as certain. */
class SafeFileSystemTest {
  @TempDir Path disk;

  private final Configuration hadoop = new Configuration();
  private FaultPlan plan;

  @BeforeEach
  void install() {
    plan = FaultPlan.install(hadoop, FaultPlan.Kind.DISK);
  }

  private StoredFolder folder() {
    return new StoredFolder(new org.apache.hadoop.fs.Path("faulty:" + disk + "/folder"), hadoop);
  }

  private StoredFile stored() {
    return folder().write("data.bin", out -> out.write(new byte[100_000]));
  }

  private void failEvery(String call, Way way) {
    plan.count(made -> made.equals(call));
    plan.fail(1, way, Extent.FROM_THEN_ON);
  }

  @ParameterizedTest
  @ValueSource(strings = {"create", "write", "sync", "close"})
  void fullDiskIsAnExceptionThatSaysSo(String call) {
    failEvery(call + " data.bin", Way.FS_ERROR);

    assertThatThrownBy(this::stored)
        .isInstanceOf(PalimpsestException.class)
        .hasMessage("faulty:%s/folder/data.bin cannot be written: No space left on device.", disk)
        .extracting(e -> ((PalimpsestException) e).kind())
        .isEqualTo(Kind.CLUSTER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "read"})
  void brokenDiskIsAnExceptionAndNoDamage(String call) {
    StoredFile file = stored();
    failEvery(call + " data.bin", Way.FS_ERROR);

    assertThatThrownBy(() -> folder().verify(file))
        .isInstanceOfSatisfying(
            PalimpsestException.class, e -> assertThat(DamageException.isProvenBy(e)).isFalse())
        .hasMessageContaining("data.bin cannot be read: ");
  }

  /** HDFS throws the failure of a write once more when the file is closed. */
  @Test
  void aFailureThatIsRepeatedOnCloseIsNotHidden() {
    IOException failure = new IOException("injected");
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw failure;
          }

          @Override
          public void close() throws IOException {
            throw failure;
          }
        };

    assertThatThrownBy(
            () -> {
              try (OutputStream out = new SafeOutput(new FSDataOutputStream(broken, null))) {
                out.write(1);
              }
            })
        .isSameAs(failure);
  }

  @Test
  void otherCallsThrowNoErrors() {
    StoredFile file = stored();
    failEvery("list folder", Way.FS_ERROR);
    assertThatThrownBy(() -> folder().files()).isInstanceOf(PalimpsestException.class);
    failEvery("status data.bin", Way.FS_ERROR);
    assertThatThrownBy(() -> folder().exists(file.name())).isInstanceOf(PalimpsestException.class);
    failEvery("delete data.bin", Way.FS_ERROR);
    assertThatThrownBy(() -> folder().remove(file.name())).isInstanceOf(PalimpsestException.class);
    failEvery("mkdirs folder", Way.FS_ERROR);
    assertThatThrownBy(() -> folder().writeNew("new", new byte[1]))
        .isInstanceOf(PalimpsestException.class);
  }

  @ParameterizedTest
  @EnumSource(names = {"ACCESS_DENIED", "DENIED_AS_NOT_FOUND", "TIMEOUT", "IO_EXCEPTION"})
  void fileThatCannotBeReadIsNotDamaged(Way way) {
    StoredFile file = stored();
    failEvery("open data.bin", way);

    assertThatThrownBy(() -> folder().verify(file))
        .isInstanceOfSatisfying(
            PalimpsestException.class, e -> assertThat(DamageException.isProvenBy(e)).isFalse())
        .hasMessageContaining("data.bin cannot be read: ")
        .hasMessageNotContaining("does not exist");
  }

  @Test
  void missingPermissionIsNotAMissingFile() {
    stored();
    failEvery("status data.bin", Way.DENIED_AS_NOT_FOUND);
    assertThatThrownBy(() -> folder().exists("data.bin"))
        .hasMessageEndingWith(
            "/folder/data.bin cannot be accessed: status data.bin (Permission denied).");
    failEvery("list folder", Way.DENIED_AS_NOT_FOUND);
    assertThatThrownBy(() -> folder().files())
        .hasMessageEndingWith("/folder cannot be listed: list folder (Permission denied).");
  }

  @Test
  void missingFileIsDamageOnlyForItsManifest() throws IOException {
    StoredFile file = stored();
    Files.delete(disk.resolve("folder/data.bin"));

    assertThat(folder().exists("data.bin")).isFalse();
    assertThatThrownBy(() -> folder().readAll("data.bin"))
        .isInstanceOfSatisfying(
            PalimpsestException.class, e -> assertThat(DamageException.isProvenBy(e)).isFalse());
    assertThatThrownBy(() -> folder().verify(file))
        .isInstanceOfSatisfying(
            PalimpsestException.class, e -> assertThat(DamageException.isProvenBy(e)).isTrue())
        .hasMessageEndingWith("data.bin cannot be read: it does not exist.");
  }

  @Test
  void silentLossIsNoticedWhenTheFileIsReadBack() {
    plan.fail(2, Way.SHORT_WRITE, Extent.ONCE); // The first call creates the file.

    assertThatThrownBy(
            () -> folder().writeVerified("data.bin", out -> out.write(new byte[100_000])))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageEndingWith(
            "data.bin was written, but other bytes are read: check the disk or the network.");
    assertThat(plan.calls()).contains("create data.bin", "write data.bin", "read data.bin");
  }

  @Test
  void filesAreSyncedBeforeTheyAreClosed() {
    stored();

    assertThat(plan.calls()).endsWith("write data.bin", "sync data.bin", "close data.bin");
  }

  @Test
  void localFilesAreSynced() throws IOException {
    SafeFileSystem files =
        new SafeFileSystem(
            new org.apache.hadoop.fs.Path("file:" + disk).getFileSystem(new Configuration()));

    try (var out = files.create(new org.apache.hadoop.fs.Path(disk + "/data.bin"), true)) {
      assertThat(out.hasCapability("hsync")).isTrue();
    }
  }

  @Test
  void localFileThatCouldNotBeWrittenIsDeleted() {
    StoredFolder local =
        new StoredFolder(new org.apache.hadoop.fs.Path("file:" + disk), new Configuration());

    assertThatThrownBy(
            () ->
                local.write(
                    "data.bin",
                    out -> {
                      out.write(new byte[1_000_000]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(PalimpsestException.class);
    assertThat(disk.resolve("data.bin")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"write lease", "sync lease", "close lease"})
  void halfOfANewFileIsDeleted(String call) {
    failEvery(call, Way.FS_ERROR);
    assertThatThrownBy(() -> folder().writeNew("lease", new byte[100]))
        .isInstanceOf(PalimpsestException.class);
    assertThat(disk.resolve("folder/lease")).doesNotExist();
  }

  @Test
  void fileOfAnotherIsNotDeleted() throws IOException {
    Path lease = disk.resolve("folder/lease");
    plan.count(
        call -> {
          if (call.equals("close lease")) {
            write(lease, new byte[] {7});
          }
          return call.equals("close lease");
        });
    plan.fail(1, Way.IO_EXCEPTION, Extent.ONCE);
    assertThatThrownBy(() -> folder().writeNew("lease", new byte[100]))
        .isInstanceOf(PalimpsestException.class);
    assertThat(Files.readAllBytes(lease)).containsExactly(7);
  }

  private static void write(Path file, byte[] content) {
    try {
      Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void folderWhoseManifestCannotBeDeletedIsKept() {
    folder().publish(StoredFolder.JSON.createObjectNode());
    stored();
    failEvery("delete manifest.json", Way.IO_EXCEPTION);

    assertThatThrownBy(() -> folder().delete()).hasMessageContaining("cannot be deleted: injected");
    assertThat(disk.resolve("folder/data.bin")).exists();
  }
}
