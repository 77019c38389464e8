package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The lists of the sources of blocks. */
class BlockSourcesTest {
  private static byte[] written(List<List<String>> blocks) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BlockSources.Writer writer = new BlockSources.Writer(bytes);
    for (List<String> block : blocks) {
      writer.add(block);
    }
    return bytes.toByteArray();
  }

  private static List<List<String>> read(byte[] bytes, int blocks) throws IOException {
    List<List<String>> read = new ArrayList<>();
    try (BlockSources.Reader reader = new BlockSources.Reader(new ByteArrayInputStream(bytes))) {
      for (int i = 0; i < blocks; i++) {
        read.add(reader.next());
      }
    }
    return read;
  }

  @Test
  void readsWhatWasWritten() throws IOException {
    List<List<String>> blocks =
        List.of(List.of("a/b.txt"), List.of("a/b.txt", "ü/c.txt"), List.of("ü/c.txt"));
    assertThat(read(written(blocks), 3)).isEqualTo(blocks);
  }

  @Test
  void aSourceThatIsKnownTakesTwoBytes() throws IOException {
    List<String> one = List.of("a/b.txt");
    int first = written(List.of(one)).length;
    assertThat(written(List.of(one, one, one))).hasSize(first + 4);
  }

  @Test
  void manySourcesAreForgottenAndNamedAgain() throws IOException {
    List<List<String>> blocks =
        IntStream.range(0, 70_000).mapToObj(i -> List.of("first", "file-" + i)).toList();
    assertThat(read(written(blocks), blocks.size())).isEqualTo(blocks);
  }

  @Test
  void secretsAreNotWritten() throws IOException {
    byte[] bytes = written(List.of(List.of("s3a://me:hush@bucket/a.txt")));
    assertThat(read(bytes, 1).get(0).get(0)).doesNotContain("hush");
  }

  @Test
  void aTruncatedListIsNoticed() throws IOException {
    byte[] bytes = written(List.of(List.of("a"), List.of("b")));
    assertThatThrownBy(() -> read(bytes, 3))
        .isInstanceOf(EOFException.class)
        .hasMessage("it has fewer blocks than its lane");
  }
}
