package org.palimpsest.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "s3a://AKIA:hush@bucket/c | s3a://(redacted)@bucket/c",
        "s3a://AKIA:hu/sh+@bucket/c | s3a://(redacted)@bucket/c",
        "s3://AKIA@bucket/c | s3://(redacted)@bucket/c",
        "https://hush@x.org/a | https://(redacted)@x.org/a",
        "HTTPS://user:hush@x.org/a | HTTPS://(redacted)@x.org/a",
        "jdbc:postgresql://me:hush@db/t | jdbc:postgresql://(redacted)@db/t",
        "https://x.org/a?sig=hush | https://x.org/a?sig=(redacted)",
        "https://x.org/a?v=1&SIG=hush&w=2#f | https://x.org/a?v=1&SIG=(redacted)&w=2#f",
        "https://x.org/a?X-Amz-Signature=hush | https://x.org/a?X-Amz-Signature=(redacted)",
        "https://x.org/a?X-Amz-Credential=hush | https://x.org/a?X-Amz-Credential=(redacted)",
        "https://x.org/a?access_token=hush | https://x.org/a?access_token=(redacted)",
        "jdbc:x://h/d;user=me;password=hush | jdbc:x://h/d;user=me;password=(redacted)",
        "s3a://A:hush@b/c and s3a://B:hush@d/e | s3a://(redacted)@b/c and s3a://(redacted)@d/e",
      })
  void redactsSecretsOfAddresses(String text, String shown) {
    assertThat(Secrets.redacted(text)).isEqualTo(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hdfs://name:8020/corpus",
        "hdfs://name:8020/corpus/me@home",
        "s3a://bucket/me@home/x",
        "abfs://data@acme.dfs.core.windows.net/corpus",
        "wasbs://data@acme.blob.core.windows.net/corpus",
        "file:/corpus/a=b;c",
        "https://x.org/a?page=2&size=7",
        "training.steps=9",
        "a sentence: it ends; key = value",
        "no address"
      })
  void keepsOtherTexts(String text) {
    assertThat(Secrets.redacted(text)).isEqualTo(text);
  }

  @Test
  void showsNoValueOfASecretKey() {
    assertThat(Secrets.shown("api-secret", "hush")).isEqualTo("(redacted)");
    assertThat(Secrets.shown("path", "s3a://A:hush@b/c")).isEqualTo("s3a://(redacted)@b/c");
  }

  @Test
  void messagesHaveNoSecrets() {
    assertThat(PalimpsestException.input("s3a://A:hush@b/c is gone: restore it."))
        .hasMessage("s3a://(redacted)@b/c is gone: restore it.");
  }

  @Test
  void messagesAreOneLine() {
    assertThat(PalimpsestException.input("a\nb\u001b[31m is gone."))
        .hasMessage("a b [31m is gone.");
  }

  @Test
  void longMessagesAreCut() {
    assertThat(PalimpsestException.input("x".repeat(5000)).getMessage())
        .isEqualTo("x".repeat(4000) + "…");
  }
}
