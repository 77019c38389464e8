package org.palimpsest.corpus.tokenize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.base.Digests;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.storage.tokenizer.PublishedTokenizer;

/**
 * The tokenizers of published folders without {@code tokenizer.json}, which {@code
 * src/test/python/tokenizers_of_families.py} made, give the ids of transformers' classes.
 */
class PublishedTokenizersTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int DIGITS = 8;

  /**
   * A target with a run of characters that its model does not know: one unknown token there, but
   * entries of the other language here.
   */
  private static final String UNKNOWN = "-";

  private static Path root() throws URISyntaxException {
    return Path.of(PublishedTokenizersTest.class.getResource("/tokenizers").toURI());
  }

  private static StoredFolder stored(Path folder) {
    return new StoredFolder(
        new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration(false));
  }

  @ParameterizedTest
  @CsvSource({
    "t5, t5",
    "mt5, mt5",
    "umt5, umt5",
    "pegasus, pegasus",
    "mbart, mbart",
    "mbart50, mbart",
    "plbart, plbart",
    "nllb, m2m_100",
    "m2m_100, m2m_100",
    "marian, marian",
    "bart, bart",
    "blenderbot-small, blenderbot-small"
  })
  void idsAreThoseOfTransformers(String name, String type) throws Exception {
    Path folder = root().resolve(name);
    JsonNode golden = JSON.readTree(folder.resolve("golden.json").toFile());
    byte[] json = PublishedTokenizer.json(stored(folder), type).orElseThrow();
    Tokenizer tokenizer = new TokenizerFile(json).tokenizer();
    String[] hashes = golden.get("hashes").asText().split(" ", -1);
    List<String> lines = Files.readAllLines(root().resolve("lines.txt"));

    assertThat(lines).hasSameSizeAs(hashes);
    assertThat(tokenizer.frame()).isEqualTo(ids(golden.get("frame")));
    for (int i = 0; i < golden.get("first").size(); i++) {
      assertThat(tokenizer.encodeMarked(lines.get(i)))
          .as(lines.get(i))
          .isEqualTo(ids(golden.get("first").get(i)));
    }
    assertThat(others(tokenizer, lines, hashes)).as("lines with other ids").isEmpty();
  }

  @Test
  void idsOfTargetsAreThoseOfTransformers() throws Exception {
    Path folder = root().resolve("marian");
    JsonNode golden = JSON.readTree(folder.resolve("golden.json").toFile());
    byte[] json = PublishedTokenizer.targetJson(stored(folder), "marian").orElseThrow();
    Tokenizer tokenizer = new TokenizerFile(json).tokenizer();
    String[] hashes = golden.get("targets").asText().split(" ", -1);
    List<String> lines = Files.readAllLines(root().resolve("lines.txt"));

    assertThat(lines).hasSameSizeAs(hashes);
    assertThat(Arrays.stream(hashes).filter(hash -> !hash.equals(UNKNOWN))).hasSizeGreaterThan(350);
    assertThat(others(tokenizer, lines, hashes)).as("lines with other ids").isEmpty();
    assertThat(hashes).isNotEqualTo(golden.get("hashes").asText().split(" ", -1));
  }

  @Test
  void otherFamiliesHaveOneTokenizerForBoth() throws Exception {
    assertThat(PublishedTokenizer.targetJson(stored(root().resolve("m2m_100")), "m2m_100"))
        .isEmpty();
  }

  private static List<String> others(Tokenizer tokenizer, List<String> lines, String[] hashes) {
    return IntStream.range(0, hashes.length)
        .filter(i -> !hashes[i].equals(UNKNOWN))
        .filter(i -> !hash(tokenizer.encodeMarked(lines.get(i))).equals(hashes[i]))
        .mapToObj(lines::get)
        .toList();
  }

  private static int[] ids(JsonNode list) {
    return JSON.convertValue(list, int[].class);
  }

  private static String hash(int[] ids) {
    String list = Arrays.stream(ids).mapToObj(Integer::toString).collect(Collectors.joining(","));
    return Digests.sha256Hex(list.getBytes(StandardCharsets.UTF_8)).substring(0, DIGITS);
  }

  @Test
  void refusesWhatIsNoSentencePieceModel(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("spiece.model"), "not a model");

    assertThatThrownBy(() -> PublishedTokenizer.json(stored(folder), "t5"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageMatching(
            ".*/spiece.model is damaged: it is not a SentencePiece model \\(.*\\); copy it from the"
                + " published model again\\.");
  }

  @Test
  void knowsNoTokenizerInAFolderWithoutItsFiles(@TempDir Path folder) {
    assertThat(PublishedTokenizer.json(stored(folder), "t5")).isEmpty();
  }
}
