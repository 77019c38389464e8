package org.palimpsest.cli.invocation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.storage.StoredFolder;

class HistoryTest {
  @TempDir private Path folder;

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

  private History history(String scheme) {
    Configuration hadoop = new Configuration(false);
    hadoop.set("fs.noappend.impl", WithoutAppend.class.getName());
    return new History(
        new StoredFolder(new org.apache.hadoop.fs.Path(scheme + folder.toString()), hadoop));
  }

  private static HistoryLine line(String ending) {
    return HistoryLine.read("{\"ending\":\"" + ending + "\"}").orElseThrow();
  }

  private static List<String> endings(History history, int count) {
    return history.last(count).stream().map(line -> line.text("ending")).toList();
  }

  @Test
  void isEmptyBeforeTheFirstEnd() {
    assertThat(history("file:").last(5)).isEmpty();
  }

  @Test
  void growsByALineForEachInvocation() throws IOException {
    history("file:").append(line("time-limit"));
    history("file:").append(line("finished"));

    assertThat(folder.resolve("history.jsonl"))
        .hasContent("{\"ending\":\"time-limit\"}\n{\"ending\":\"finished\"}\n");
  }

  @Test
  void hasAFileForEachLineWhereNothingCanBeAppended() throws IOException {
    history("noappend:").append(line("time-limit"));
    history("noappend:").append(line("finished"));

    try (Stream<Path> parts = Files.list(folder.resolve("history"))) {
      assertThat(parts).hasSize(2);
    }
    assertThat(endings(history("noappend:"), 9)).containsExactly("time-limit", "finished");
  }

  @Test
  void dropsTheIncompleteLineOfAProcessThatDied() throws IOException {
    history("file:").append(line("finished"));
    Files.writeString(
        folder.resolve("history.jsonl"), "{\"ending\":\"fin", StandardOpenOption.APPEND);

    history("file:").append(line("stopped"));

    assertThat(Files.readAllLines(folder.resolve("history.jsonl")))
        .containsExactly("{\"ending\":\"finished\"}", "{\"ending\":\"stopped\"}");
  }

  @Test
  void listsTheLastLines() {
    Stream.of("a", "b", "c").forEach(ending -> history("file:").append(line(ending)));

    assertThat(endings(history("file:"), 2)).containsExactly("b", "c");
  }
}
