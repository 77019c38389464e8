package org.palimpsest.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.palimpsest.corpus.tokenize.Tokenizer;
import org.palimpsest.corpus.tokenize.TokenizerFile;

/** Small {@code tokenizer.json} files as other tools write them, one of each kind. */
public final class ImportedTokenizers {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzACDEKLMNPSU<>/_[]0123456789.!?";

  private ImportedTokenizers() {}

  /** BERT: WordPiece, lower case. */
  public static Tokenizer wordPiece() {
    List<String> vocabulary =
        new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    vocabulary.addAll(List.of("the", "house", "un", "##want", "##ed", "mask"));
    letters().forEach(vocabulary::add);
    letters().map(letter -> "##" + letter).forEach(vocabulary::add);
    vocabulary.addAll(List.of("今", "天"));
    return load(
        added(vocabulary, List.of(0, 1, 2, 3, 4)),
        """
        {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
         "strip_accents": null, "lowercase": true}""",
        "{\"type\": \"BertPreTokenizer\"}",
        "{\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": true}",
        """
        {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
         "max_input_chars_per_word": 100, "vocab": %s}"""
            .formatted(ids(vocabulary)));
  }

  /** T5: Unigram with SentencePiece's spaces, 100 sentinels at the end of the vocabulary. */
  public static Tokenizer unigram() {
    List<String> pieces = new ArrayList<>(List.of("<pad>", "</s>", "<unk>"));
    pieces.addAll(List.of("▁", "▁the", "▁house", "house", "今天", "天气"));
    letters().forEach(pieces::add);
    pieces.addAll(List.of("今", "天", "气", "好", "。"));
    List<String> all = new ArrayList<>(pieces);
    IntStream.range(0, 100).mapToObj(i -> "<extra_id_" + (99 - i) + ">").forEach(all::add);
    List<Integer> special = new ArrayList<>(List.of(0, 1, 2));
    IntStream.range(pieces.size(), all.size()).forEach(special::add);
    String metaspace =
        """
        {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}""";
    String scored =
        pieces.stream()
            .map(piece -> "[\"%s\", %s]".formatted(piece, piece.length() > 1 ? "-1.0" : "-3.0"))
            .collect(Collectors.joining(", ", "[", "]"));
    return load(
        added(all, special),
        "{\"type\": \"NFKC\"}",
        metaspace,
        metaspace,
        """
        {"type": "Unigram", "unk_id": 2, "byte_fallback": false, "vocab": %s}"""
            .formatted(scored));
  }

  /** BART: byte-level BPE, the mask at the end. */
  public static Tokenizer bytePairs() {
    List<String> vocabulary = new ArrayList<>(List.of("<s>", "<pad>", "</s>", "<unk>", "Ġ"));
    letters().forEach(vocabulary::add);
    vocabulary.addAll(List.of("th", "the", "Ġthe", "<mask>"));
    return load(
        added(vocabulary, List.of(0, 1, 2, 3, vocabulary.size() - 1)),
        "null",
        "{\"type\": \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true}",
        "{\"type\": \"ByteLevel\", \"add_prefix_space\": true, \"trim_offsets\": true}",
        """
        {"type": "BPE", "dropout": null, "unk_token": "<unk>", "continuing_subword_prefix": "",
         "end_of_word_suffix": "", "fuse_unk": false, "vocab": %s,
         "merges": ["t h", "th e", "Ġ the"]}"""
            .formatted(ids(vocabulary)));
  }

  private static Stream<String> letters() {
    return LETTERS.chars().mapToObj(letter -> String.valueOf((char) letter));
  }

  private static Tokenizer load(
      String added, String normalizer, String words, String decoder, String model) {
    String json =
        """
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": %s,
         "normalizer": %s, "pre_tokenizer": %s, "post_processor": null, "decoder": %s,
         "model": %s}"""
            .formatted(added, normalizer, words, decoder, model);
    return new TokenizerFile(CorpusForTests.utf8(json)).tokenizer();
  }

  private static String added(List<String> vocabulary, List<Integer> special) {
    return special.stream()
        .map(
            id ->
                """
                {"id": %d, "content": "%s", "single_word": false, "lstrip": %s, "rstrip": false,
                 "normalized": false, "special": true}"""
                    .formatted(id, vocabulary.get(id), vocabulary.get(id).equals("<mask>")))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private static String ids(List<String> vocabulary) {
    return IntStream.range(0, vocabulary.size())
        .mapToObj(id -> "\"%s\": %d".formatted(vocabulary.get(id), id))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
