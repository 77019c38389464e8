package org.palimpsest.corpus.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.CorpusForTests;
import org.palimpsest.storage.StoredFolder;

/** Manifests with a right checksum and content that cannot be. */
class ForeignManifestTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Configuration HADOOP = new Configuration();

  @TempDir private Path folder;
  private org.apache.hadoop.fs.Path path;

  @BeforeEach
  void write() {
    path = CorpusForTests.write(folder, 8, 4, 9, 3).path();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/tokenizer | null | it names no tokenizer",
        "/tokenizer/name | \"../../etc/passwd\" | a file has no name inside of its folder",
        "/tokenizer/size | -1 | has no size or no checksum",
        "/tokenizer/sha256 | null | has no size or no checksum",
        "/blockSize | 0 | its blocks or row groups have no size",
        "/rowGroupBlocks | -4 | its blocks or row groups have no size",
        "/rowGroupBlocks | 2147483647 | its row groups have more than 2^30 tokens",
        "/rejected | null | it lacks the rejected records",
        "/settings | null | it has no settings",
        "/training | null | it lacks a split",
        "/training/lanes | null | a split lacks its lanes",
        "/training/lanes/0 | null | a split lacks a lane",
        "/training/lanes/0/file | null | a lane has no file",
        "/training/lanes/0/file/name | \"/etc/passwd\" | a file has no name inside of its folder",
        "/training/lanes/0/rows | -1 | a lane has a negative number of blocks",
        "/training/blocks | 1 | its lanes have another number of blocks than the split",
        "/training/tokens | -1 | a count is negative",
        "/generations | [] | its generations have another number of lanes than its splits",
        "/generations/0/trainingLanes | -1 | a generation has no lanes or no settings",
        "/generations/0/trainingLanes | 7 | its generations have another number of lanes",
      })
  void refusesContentThatCannotBe(String pointer, String value, String why) throws IOException {
    change(pointer, value);
    assertThatThrownBy(() -> Corpus.open(path, HADOOP))
        .isInstanceOfSatisfying(
            PalimpsestException.class,
            e -> assertThat(e.kind()).isEqualTo(PalimpsestException.Kind.INPUT))
        .hasMessageStartingWith("The manifest of the corpus " + path + " is damaged (")
        .hasMessageContaining(why)
        .hasMessageEndingWith("): prepare it again with --fresh.");
  }

  @Test
  void refusesMoreBlocksThanALaneCanHold() throws IOException {
    change("/training/lanes/0/rows", "4000000000");
    ObjectNode manifest = manifest();
    long others = manifest.at("/training/lanes/1/rows").asLong();
    change("/training/blocks", Long.toString(4_000_000_000L + others));
    assertThatThrownBy(() -> Corpus.open(path, HADOOP))
        .hasMessageContaining("a lane has more blocks than its size allows");
  }

  private ObjectNode manifest() {
    return new StoredFolder(path, HADOOP).manifest("corpus");
  }

  private void change(String pointer, String value) throws IOException {
    ObjectNode manifest = manifest();
    int last = pointer.lastIndexOf('/');
    JsonNode parent = last == 0 ? manifest : manifest.at(pointer.substring(0, last));
    String key = pointer.substring(last + 1);
    if (parent instanceof ObjectNode object) {
      object.set(key, JSON.readTree(value));
    } else {
      ((ArrayNode) parent).set(Integer.parseInt(key), JSON.readTree(value));
    }
    new StoredFolder(path, HADOOP).publish(manifest);
  }
}
