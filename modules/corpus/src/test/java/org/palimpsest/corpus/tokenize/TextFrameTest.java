package org.palimpsest.corpus.tokenize;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.storage.tokenizer.PublishedTokenizer;

/** What the tokenizers of published families put around a text. */
class TextFrameTest {
  private static Tokenizer tokenizer(String name, String type) throws URISyntaxException {
    Path folder = Path.of(TextFrameTest.class.getResource("/tokenizers/" + name).toURI());
    StoredFolder stored =
        new StoredFolder(new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration(false));
    return new TokenizerFile(PublishedTokenizer.json(stored, type).orElseThrow()).tokenizer();
  }

  @ParameterizedTest
  @CsvSource({
    "t5, t5, '', </s>, false",
    "bart, bart, <s>, </s>, false",
    "mbart, mbart, '', </s> en_XX, true",
    "mbart50, mbart, de_DE, </s>, true",
    "nllb, m2m_100, fra_Latn, </s>, true",
    "m2m_100, m2m_100, __de__, </s>, true"
  })
  void languagesStandBeforeOrAfterTheText(
      String name, String type, String before, String after, boolean language) throws Exception {
    Tokenizer tokenizer = tokenizer(name, type);
    TextFrame frame = TextFrame.of(tokenizer);

    assertThat(tokenizer.show(frame.before()).trim()).isEqualTo(before);
    assertThat(tokenizer.show(frame.after()).replace("</s>", "</s> ").trim()).isEqualTo(after);
    assertThat(frame.hasLanguage(tokenizer.vocabulary())).isEqualTo(language);
  }
}
