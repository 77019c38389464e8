package org.palimpsest.training.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.storage.StoredFolder;

class LineLogTest {
  @TempDir Path folder;

  /** A file system that cannot append, like an object store. */
  public static final class WithoutAppend extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("noappend:///");
    }

    @Override
    public boolean hasPathCapability(org.apache.hadoop.fs.Path path, String capability) {
      return false;
    }
  }

  /** HDFS with fewer data nodes than copies, or after an append that failed. */
  public static final class RefusingAppend extends RawLocalFileSystem {
    @Override
    public URI getUri() {
      return URI.create("refusing:///");
    }

    @Override
    public FSDataOutputStream append(
        org.apache.hadoop.fs.Path path, int buffer, Progressable progress) throws IOException {
      throw new IOException("already the current lease holder");
    }
  }

  private LineLog log() {
    return log(folder.toString());
  }

  private static LineLog log(String folder) {
    Configuration hadoop = new Configuration(false);
    hadoop.set("fs.noappend.impl", WithoutAppend.class.getName());
    hadoop.set("fs.refusing.impl", RefusingAppend.class.getName());
    return new LineLog(new StoredFolder(new org.apache.hadoop.fs.Path(folder), hadoop), "metrics");
  }

  private static void append(LineLog log, long... steps) {
    StringBuilder text = new StringBuilder();
    LongStream.of(steps).forEach(step -> text.append("step ").append(step).append('\n'));
    log.append(steps[steps.length - 1], text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static long step(String line) {
    return line.startsWith("step ") ? Long.parseLong(line.substring(5)) : Long.MAX_VALUE;
  }

  private static List<String> lines(LineLog log) {
    List<String> lines = new ArrayList<>();
    log.forEachLine(lines::add);
    return lines;
  }

  @Test
  void appendsToOneFile() throws IOException {
    append(log(), 1, 2);
    append(log(), 3);
    assertThat(Files.readAllLines(folder.resolve("metrics.jsonl")))
        .containsExactly("step 1", "step 2", "step 3");
  }

  @Test
  void dropsTheLinesAfterAStep() {
    append(log(), 1, 2);
    append(log(), 3, 4);
    log().keepUpTo(2, LineLogTest::step);
    append(log(), 3);
    assertThat(lines(log())).containsExactly("step 1", "step 2", "step 3");
  }

  @Test
  void dropsAnIncompleteLine() throws IOException {
    append(log(), 1, 2);
    Files.writeString(folder.resolve("metrics.jsonl"), "ste", StandardOpenOption.APPEND);
    log().keepUpTo(9, LineLogTest::step);
    append(log(), 3);
    assertThat(lines(log())).containsExactly("step 1", "step 2", "step 3");
  }

  @Test
  void repeatsAnAppendThatFailedHalfway() throws IOException {
    LineLog log = log();
    append(log, 1);
    Files.writeString(folder.resolve("metrics.jsonl"), "step 2\nst", StandardOpenOption.APPEND);
    append(log, 2, 3);
    assertThat(lines(log)).containsExactly("step 1", "step 2", "step 3");
  }

  @Test
  void recoversAFileThatWasBeingReplaced() throws IOException {
    append(log(), 1, 2);
    Files.move(folder.resolve("metrics.jsonl"), folder.resolve("metrics.jsonl.next"));
    log().keepUpTo(2, LineLogTest::step);
    assertThat(lines(log())).containsExactly("step 1", "step 2");
  }

  @Test
  void writesPartsAfterAnAppendThatIsRefused() throws IOException {
    String place = "refusing:" + folder;
    LineLog log = log(place);
    append(log, 1, 2);
    append(log, 3);
    append(log, 4);

    append(log(), 5); // The file system recovers: the file is read first, so it stays as it is.

    assertThat(Files.readAllLines(folder.resolve("metrics.jsonl")))
        .containsExactly("step 1", "step 2");
    assertThat(lines(log())).containsExactly("step 1", "step 2", "step 3", "step 4", "step 5");
  }

  @Test
  void writesPartsWhereItCannotAppend() {
    String place = "noappend:" + folder;
    append(log(place), 1, 2);
    append(log(place), 3, 4);
    append(log(place), 5, 6);
    log(place).keepUpTo(4, LineLogTest::step);
    assertThat(folder.resolve("metrics"))
        .isDirectoryContaining("glob:**/000000000002.jsonl")
        .isDirectoryNotContaining("glob:**/000000000006.jsonl");
    assertThat(lines(log(place))).containsExactly("step 1", "step 2", "step 3", "step 4");
  }

  @Test
  void partsFollowTheFileOfAnEarlierVersion() throws IOException {
    Files.writeString(folder.resolve("metrics.jsonl"), "step 1\nstep 2\n");
    String place = "noappend:" + folder;
    log(place).keepUpTo(2, LineLogTest::step);
    append(log(place), 3);
    assertThat(lines(log(place))).containsExactly("step 1", "step 2", "step 3");
  }
}
