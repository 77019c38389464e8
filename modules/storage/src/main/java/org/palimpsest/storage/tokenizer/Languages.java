package org.palimpsest.storage.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Properties;

/** The codes of languages that published models were trained with, in the order of their ids. */
final class Languages {
  private static final String FILE = "languages.properties";

  private Languages() {}

  /** Returns the codes of a list, such as {@code mbart} or {@code nllb}. */
  static List<String> of(String list) {
    Properties lists = new Properties();
    try (InputStream in = Languages.class.getResourceAsStream(FILE)) {
      lists.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(lists.getProperty(list).split(" ", -1));
  }
}
