package org.palimpsest.corpus.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.corpus.read.BlockReader;
import org.palimpsest.corpus.read.Corpus;
import org.palimpsest.objective.Vocabulary;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.storage.tokenizer.PublishedTokenizer;

/** Texts of several languages, with mBART's tokenizer. */
@Tag("spark")
class LanguagePreparationTest extends PreparationCase {
  private Path tokenizer;

  @BeforeEach
  void copy() throws IOException, URISyntaxException {
    Path published = Path.of(getClass().getResource("/tokenizers/mbart").toURI());
    StoredFolder stored =
        new StoredFolder(
            new org.apache.hadoop.fs.Path(published.toUri()), new Configuration(false));
    tokenizer = folder.resolve("tokenizer.json");
    Files.write(tokenizer, PublishedTokenizer.json(stored, "mbart").orElseThrow());
    write("en.txt", "The river runs past the old house number ", 40);
    write("de.txt", "Der Fluss geht an dem alten Haus vorbei, Nummer ", 10);
  }

  private void write(String name, String text, int count) throws IOException {
    List<String> lines = IntStream.range(0, count).mapToObj(i -> text + i + ".").toList();
    Files.write(folder.resolve(name), lines);
  }

  private Corpus prepare(String path, Map<String, Object> more) {
    Map<String, Object> all = new TreeMap<>(more);
    all.put("tokenizer.path", tokenizer.toString());
    all.put("corpus.documents", "line");
    all.put("corpus.validation-share", 0);
    all.put("corpus.block-size", 16);
    return Preparation.run(spark, settings(path, all));
  }

  private List<Map<String, Object>> inputs(String german) {
    return List.of(
        Map.of("path", folder.resolve("en.txt").toString(), "language", "en_XX"),
        Map.of("path", folder.resolve("de.txt").toString(), "language", german));
  }

  private static List<String> checksums(Corpus corpus) {
    return corpus.manifest().training().lanes().stream().map(lane -> lane.file().sha256()).toList();
  }

  /** Tokens of text by the token with which their blocks end. */
  private static Map<String, Integer> tokens(Corpus corpus) {
    Map<String, Integer> tokens = new TreeMap<>();
    Vocabulary vocabulary = corpus.tokenizer().vocabulary();
    try (BlockReader blocks = corpus.training().asStored()) {
      while (blocks.hasNext()) {
        int[] ids = blocks.next().block().tokens();
        int last = ids[ids.length - 1];
        String language =
            vocabulary.languages().get(last) ? corpus.tokenizer().token(last) : "none";
        assertThat(IntStream.of(ids).limit(ids.length - 1).filter(vocabulary.languages()::get))
            .isEmpty();
        tokens.merge(language, ids.length - 1, Integer::sum);
      }
    }
    return tokens;
  }

  @Test
  void blocksHaveTheLanguageOfTheirInput() {
    Map<String, Integer> tokens =
        tokens(prepare("corpus", Map.of("corpus.input", inputs("de_DE"))));

    assertThat(tokens).containsOnlyKeys("en_XX", "de_DE");
    assertThat(tokens.get("en_XX")).isGreaterThan(2 * tokens.get("de_DE"));
  }

  @Test
  void anEqualShareRepeatsTheSmallerLanguage() {
    Map<String, Object> equal =
        Map.of("corpus.input", inputs("de_DE"), "corpus.languages.alpha", 0);
    Corpus corpus = prepare("corpus", equal);

    // Bytes are equal to half a document; German words have more tokens.
    assertThat(corpus.manifest().training().documents()).isBetween(70L, 80L);
    assertThat(corpus.manifest().settings()).containsEntry("corpus.languages.alpha", "0.0");
    assertThat(checksums(prepare("again", equal))).isEqualTo(checksums(corpus));
  }

  @Test
  void recordsMayHaveTheirOwnLanguage() throws IOException {
    Files.write(
        folder.resolve("all.jsonl"),
        List.of(
            "{\"text\": \"The old house.\", \"lang\": \"en_XX\"}",
            "{\"lang\": \"de_DE\", \"text\": \"Das alte Haus.\"}",
            "{\"text\": \"Без языка.\"}",
            "{\"text\": \"Klingonisch.\", \"lang\": \"tlh\"}"));
    Corpus corpus =
        prepare(
            "corpus",
            Map.of(
                "corpus.input",
                folder.resolve("all.jsonl").toString(),
                "corpus.language-field",
                "lang",
                "corpus.max-rejected",
                0.5));

    assertThat(tokens(corpus)).containsOnlyKeys("en_XX", "de_DE");
    assertThat(corpus.manifest().rejected())
        .isEqualTo(Map.of("no field 'lang'", 1L, "unknown language", 1L));
  }

  @Test
  void aLanguageThatIsNoTokenIsRefused() {
    assertThatThrownBy(() -> prepare("corpus", Map.of("corpus.input", inputs("tlh"))))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageStartingWith(
            "corpus.input names the language tlh, which is no special token of the tokenizer: name"
                + " one, such as ");
  }

  @Test
  void anInputOfTheSameLanguagesIsTheSameCorpus() {
    Map<String, Object> settings = Map.of("corpus.input", inputs("de_DE"));
    Corpus first = prepare("corpus", settings);

    assertThat(prepare("corpus", settings).manifest()).isEqualTo(first.manifest());
    assertThat(first.manifest().generations().get(0).inputPaths())
        .containsExactly(folder.resolve("en.txt").toString(), folder.resolve("de.txt").toString());
  }
}
