package org.palimpsest.storage.tokenizer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.storage.StoredFolder;

/**
 * The tokenizer of a published model folder without {@code tokenizer.json}, from its SentencePiece
 * model or its vocabulary with merges, as the family's class in transformers reads them.
 */
public final class PublishedTokenizer {
  private static final String SPIECE = "spiece.model";
  private static final String SENTENCEPIECE = "sentencepiece.bpe.model";
  private static final String SOURCE = "source.spm";
  private static final String TARGET = "target.spm";

  private static final String BEGIN = "<s>";
  private static final String PAD = "<pad>";
  private static final String END = "</s>";
  private static final String UNKNOWN = "<unk>";
  private static final String MASK = "<mask>";

  /** Of the entries that replace the first three pieces of a model: {@code <unk>}. */
  private static final int UNKNOWN_OF_FAIRSEQ = 3;

  private static final int PIECES_REPLACED = 3;

  /**
   * The score of a character that a language's model does not have; longer entries of the other
   * language score lower, and unknown text lower still.
   */
  private static final float FOREIGN = -1e6f;

  private static final float LONGER_FOREIGN = -1e7f;

  private final TokenizerFiles files;

  private PublishedTokenizer(StoredFolder folder) {
    files = new TokenizerFiles(folder);
  }

  /**
   * Returns the content of a {@code tokenizer.json}; empty if the folder has no files of a
   * tokenizer that its family is published with.
   *
   * @param type the {@code model_type} of its config
   * @throws PalimpsestException of kind INPUT if a file is damaged
   */
  public static Optional<byte[]> json(StoredFolder folder, String type) {
    PublishedTokenizer tokenizer = new PublishedTokenizer(folder);
    Optional<TokenizerJson> json =
        switch (type) {
          case "t5", "mt5", "umt5" -> tokenizer.files.model(SPIECE).map(tokenizer::t5);
          case "pegasus" -> tokenizer.files.model(SPIECE).map(tokenizer::pegasus);
          case "mbart" -> tokenizer.files.model(SENTENCEPIECE).map(tokenizer::mbart);
          case "plbart" -> tokenizer.files.model(SENTENCEPIECE).map(tokenizer::plbart);
          case "m2m_100" -> tokenizer.files.model(SENTENCEPIECE).map(tokenizer::m2m100);
          case "marian" -> tokenizer.files.model(SOURCE).map(tokenizer::marian);
          case "bart", "blenderbot" -> tokenizer.byteLevel(type);
          case "blenderbot-small" -> tokenizer.lowerCase();
          default -> Optional.empty();
        };
    return json.map(TokenizerJson::bytes);
  }

  /**
   * As {@link #json}, but for targets; empty if they are cut as sources are.
   *
   * @throws PalimpsestException of kind INPUT if a file is damaged
   */
  public static Optional<byte[]> targetJson(StoredFolder folder, String type) {
    PublishedTokenizer tokenizer = new PublishedTokenizer(folder);
    return type.equals("marian") && folder.exists(TokenizerFiles.VOCABULARY)
        ? tokenizer.files.model(TARGET).map(tokenizer::marian).map(TokenizerJson::bytes)
        : Optional.empty();
  }

  private TokenizerJson t5(SentencePieceModel model) {
    Entries entries = new Entries().pieces(model, 0);
    int sentinels = files.settings().path("extra_ids").asInt(100);
    List<String> names =
        IntStream.range(0, sentinels).mapToObj(k -> "<extra_id_" + k + ">").toList();
    entries.special(reversed(names), 0);
    return new TokenizerJson(entries)
        .sentencePiece(model, model.unknown())
        .around(List.of(), List.of(END));
  }

  private static List<String> reversed(List<String> names) {
    List<String> reversed = new ArrayList<>(names);
    Collections.reverse(reversed);
    return reversed;
  }

  private TokenizerJson pegasus(SentencePieceModel model) {
    int offset = files.settings().path("offset").asInt(103);
    Entries entries = new Entries().special(PAD, END);
    entries.special(
        files.text("mask_token_sent", "<mask_1>"), files.text("mask_token", "<mask_2>"));
    entries.special(IntStream.range(2, offset).mapToObj(k -> "<unk_" + k + ">").toList(), -100);
    int unknown = entries.size() + model.unknown() - 2;
    return new TokenizerJson(entries.pieces(model, 2))
        .sentencePiece(model, unknown)
        .around(List.of(), List.of(END));
  }

  private TokenizerJson mbart(SentencePieceModel model) {
    boolean fifty = files.text("tokenizer_class", "").startsWith("MBart50");
    Entries entries = fairseq(model).special(Languages.of(fifty ? "mbart50" : "mbart"), 0);
    String language = files.text("src_lang", "en_XX");
    TokenizerJson json =
        new TokenizerJson(entries.special(MASK)).sentencePiece(model, UNKNOWN_OF_FAIRSEQ);
    return fifty
        ? json.around(List.of(language), List.of(END))
        : json.around(List.of(), List.of(END, language));
  }

  private TokenizerJson plbart(SentencePieceModel model) {
    String codes = files.text("language_codes", "base");
    Entries entries = fairseq(model).special(Languages.of("plbart-" + codes), 0);
    if (codes.equals("base")) {
      entries.special(MASK);
    }
    String language = files.text("src_lang", "");
    return new TokenizerJson(entries)
        .sentencePiece(model, UNKNOWN_OF_FAIRSEQ)
        .around(
            List.of(),
            language.isEmpty()
                ? List.of(END)
                : List.of(END, language.startsWith("__") ? language : "__" + language + "__"));
  }

  private TokenizerJson m2m100(SentencePieceModel model) {
    if (files.text("tokenizer_class", "").startsWith("Nllb")) {
      return nllb(model);
    }
    Entries entries = vocabulary(model, text -> 0);
    String codes = files.text("language_codes", "m2m100");
    entries.special(Languages.of(codes).stream().map(code -> "__" + code + "__").toList(), 0);
    int unused = files.settings().path("num_madeup_words").asInt(8);
    entries.special(IntStream.range(0, unused).mapToObj(k -> "madeupword" + k).toList(), 0);
    String language = "__" + files.text("src_lang", "en") + "__";
    return new TokenizerJson(entries)
        .sentencePiece(model, entries.texts().indexOf(UNKNOWN))
        .around(List.of(language), List.of(END));
  }

  private TokenizerJson nllb(SentencePieceModel model) {
    Entries entries = fairseq(model).special(Languages.of("nllb"), 0).special(MASK);
    String language = files.text("src_lang", "eng_Latn");
    TokenizerJson json = new TokenizerJson(entries).sentencePiece(model, UNKNOWN_OF_FAIRSEQ);
    return files.settings().path("legacy_behaviour").asBoolean()
        ? json.around(List.of(), List.of(END, language))
        : json.around(List.of(language), List.of(END));
  }

  /** Fairseq has four special entries where SentencePiece has three. */
  private static Entries fairseq(SentencePieceModel model) {
    return new Entries().special(BEGIN, PAD, END, UNKNOWN).pieces(model, PIECES_REPLACED);
  }

  /**
   * The entries of {@code vocab.json}, which both languages share, cut as a language's model cuts
   * text. Characters that this model does not know become entries of the other where it has them.
   */
  private TokenizerJson marian(SentencePieceModel model) {
    if (files.folder().exists("target_vocab.json")) {
      throw PalimpsestException.input(
          files.folder().path()
              + " has a vocabulary for each language (target_vocab.json): only models with one"
              + " vocabulary for both can be read.");
    }
    Entries entries = vocabulary(model, PublishedTokenizer::foreign);
    return new TokenizerJson(entries)
        .sentencePiece(model, entries.texts().indexOf(UNKNOWN))
        .around(List.of(), List.of(END));
  }

  private static float foreign(String text) {
    return text.codePointCount(0, text.length()) == 1 ? FOREIGN : LONGER_FOREIGN;
  }

  /**
   * The entries of {@code vocab.json} with the scores of a model's pieces.
   *
   * @param otherwise the score of an entry that is no piece
   */
  private Entries vocabulary(SentencePieceModel model, ToDoubleFunction<String> otherwise) {
    Map<String, Float> scores =
        model.pieces().stream()
            .collect(
                Collectors.toMap(
                    SentencePieceModel.Piece::text,
                    SentencePieceModel.Piece::score,
                    (first, second) -> first));
    Entries entries = new Entries();
    for (String text : files.vocabulary()) {
      boolean special = List.of(BEGIN, PAD, END, UNKNOWN).contains(text) || isLanguage(text);
      if (special) {
        entries.special(List.of(text), 0);
      } else {
        entries.texts().add(text);
        entries.scores().add(scores.getOrDefault(text, (float) otherwise.applyAsDouble(text)));
      }
    }
    return entries;
  }

  /** Marian's codes of target languages. */
  private static boolean isLanguage(String text) {
    return text.startsWith(">>") && text.endsWith("<<");
  }

  private Optional<TokenizerJson> byteLevel(String type) {
    if (!files.hasMerges()) {
      return Optional.empty();
    }
    Entries entries = new Entries();
    for (String text : files.vocabulary()) {
      if (List.of(BEGIN, PAD, END, UNKNOWN, MASK).contains(text)) {
        entries.special(text);
      } else {
        entries.texts().add(text);
        entries.scores().add(0f);
      }
    }
    boolean addsSpace = files.settings().path("add_prefix_space").asBoolean(false);
    TokenizerJson json = new TokenizerJson(entries).byteLevel(files.merges(), addsSpace);
    return Optional.of(
        type.equals("bart")
            ? json.around(List.of(BEGIN), List.of(END))
            : json.around(List.of(), List.of(END)));
  }

  private Optional<TokenizerJson> lowerCase() {
    return files.hasMerges()
        ? Optional.of(WordPieces.tokenizer(files.vocabulary(), files.merges()))
        : Optional.empty();
  }
}
