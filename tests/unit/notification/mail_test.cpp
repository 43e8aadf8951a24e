#include "services/notification/mail.hpp"

#include <gtest/gtest.h>

namespace thenorsound::notification {
namespace {

Mail mail() {
  Mail made;
  made.message_id = "abc@thenorsound.example";
  made.from = {"ThenorSound", "no-reply@thenorsound.example"};
  made.to = {"Kim Berg", "kim@crew.example"};
  made.subject = "You are booked: Live";
  made.body = "Hello Kim,\n\nYou are booked.\n";
  made.language = "en";
  made.date = *time_from_iso("2027-02-05T08:09:10.123Z");
  return made;
}

std::string head_of(const std::string& eml) { return eml.substr(0, eml.find("\r\n\r\n") + 2); }
std::string body_of(const std::string& eml) { return eml.substr(eml.find("\r\n\r\n") + 4); }

std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '=') {
      out += text[i];
    } else if (text.substr(i, 3) == "=\r\n") {
      i += 2;
    } else {
      out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    }
  }
  return out;
}

// Decodes the encoded words of one header value (RFC 2047), for comparison.
std::string decode_words(std::string text) {
  std::string digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::size_t at = 0;
  while ((at = text.find("=?UTF-8?B?", at)) != std::string::npos) {
    at += 10;
    const std::size_t end = text.find("?=", at);
    unsigned bits = 0;
    int count = 0;
    for (; at < end; ++at) {
      const std::size_t digit = digits.find(text[at]);
      if (digit == std::string::npos) continue;
      bits = bits << 6 | static_cast<unsigned>(digit);
      if ((count += 6) >= 8) out += static_cast<char>(bits >> (count -= 8) & 255);
    }
  }
  return out;
}

TEST(Mail, IsWrittenAsRfc5322Wants) {
  EXPECT_EQ(to_eml(mail()),
            "Date: Fri, 05 Feb 2027 08:09:10 +0000\r\n"
            "From: \"ThenorSound\" <no-reply@thenorsound.example>\r\n"
            "To: \"Kim Berg\" <kim@crew.example>\r\n"
            "Subject: You are booked: Live\r\n"
            "Message-ID: <abc@thenorsound.example>\r\n"
            "MIME-Version: 1.0\r\n"
            "Auto-Submitted: auto-generated\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "Content-Language: en\r\n"
            "\r\n"
            "Hello Kim,\r\n\r\nYou are booked.\r\n");
}

TEST(Mail, AnAttachmentIsAPartOfItsOwn) {
  Mail invoice = mail();
  invoice.attachment = Attachment{"faktura-A-000001.pdf", "application/pdf", std::string(100, 'x')};
  const std::string eml = to_eml(invoice);
  const std::size_t mark = eml.find("boundary=\"") + 10;
  const std::string boundary = eml.substr(mark, eml.find('"', mark) - mark);
  EXPECT_NE(head_of(eml).find("Content-Type: multipart/mixed;"), std::string::npos);
  EXPECT_NE(eml.find("--" + boundary + "\r\nContent-Type: text/plain; charset=utf-8\r\n"),
            std::string::npos);
  std::string encoded;  // 100 bytes: 57 on the first line, 43 on the second
  for (int i = 0; i < 19; ++i) encoded += "eHh4";
  encoded += "\r\n";
  for (int i = 0; i < 14; ++i) encoded += "eHh4";
  encoded += "eA==\r\n";
  const std::string part =
      "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
      "Content-Disposition: attachment; filename=\"faktura-A-000001.pdf\"\r\n\r\n" +
      encoded + "--" + boundary + "--\r\n";
  EXPECT_TRUE(eml.ends_with(part));
}

TEST(Mail, NoTextAddsAHeaderLine) {
  Mail bad = mail();
  bad.subject = "Live\r\nBcc: all@victims.example\r\n\r\nGotcha";
  bad.to.name = "Kim\nBcc: all@victims.example";
  bad.from.name = "X\r\nY";
  const std::string head = head_of(to_eml(bad));
  EXPECT_EQ(head.find("\r\nBcc:"), std::string::npos);
  EXPECT_EQ(std::count(head.begin(), head.end(), '\n'), 10);
  EXPECT_EQ(body_of(to_eml(bad)), "Hello Kim,\r\n\r\nYou are booked.\r\n");
}

TEST(Mail, QuotesNamesThatNeedIt) {
  Mail odd = mail();
  odd.to.name = "Kim \"The Ear\" \\ Berg, Ltd <x>";
  EXPECT_NE(
      to_eml(odd).find("To: \"Kim \\\"The Ear\\\" \\\\ Berg, Ltd <x>\" <kim@crew.example>\r\n"),
      std::string::npos);
}

TEST(Mail, EncodesHeadersThatAreNotAscii) {
  Mail swedish = mail();
  swedish.subject =
      "Förfrågan om dig: Malmö Live på Stora scenen med åtta högtalare och ännu fler "
      "mikrofoner än förra året 🎤🎤🎤🎤🎤🎤🎤🎤🎤🎤🎤🎤🎤";
  swedish.to.name = "Åsa Öberg";
  const std::string eml = to_eml(swedish);
  const std::string head = head_of(eml);
  EXPECT_TRUE(std::all_of(head.begin(), head.end(),
                          [](char c) { return static_cast<unsigned char>(c) < 128; }));
  std::size_t start = 0;
  for (std::size_t end; (end = head.find("\r\n", start)) != std::string::npos; start = end + 2)
    EXPECT_LE(end - start, 76U) << head.substr(start, end - start);
  const std::size_t at = head.find("Subject: ");
  const std::string subject = head.substr(at, head.find("Message-ID:") - at);
  EXPECT_EQ(decode_words(subject), swedish.subject);
  // Each encoded word holds whole characters.
  for (std::size_t word = 0; (word = subject.find("=?UTF-8?B?", word)) != std::string::npos;
       word += 2) {
    const std::string one =
        decode_words(subject.substr(word, subject.find("?=", word + 10) + 2 - word));
    ASSERT_FALSE(one.empty());
    EXPECT_NE(static_cast<unsigned char>(one.front()) & 0xC0, 0x80);
  }
}

TEST(Mail, EncodesASubjectThatLooksEncoded) {
  const std::string encoded = encode_header_text("=?UTF-8?B?eA==?=", 9);
  EXPECT_EQ(decode_words(encoded), "=?UTF-8?B?eA==?=");
}

TEST(Mail, BodiesSurviveQuotedPrintable) {
  const std::string body = "Hej Åsa!\n\nFrom here: a=b, tab\tand space \n.\n" +
                           std::string(300, 'x') + "\n" + std::string(100, '\xc3') +
                           "end without line end 🎤";
  const std::string encoded = quoted_printable(body);
  std::size_t start = 0;
  for (std::size_t end; (end = encoded.find("\r\n", start)) != std::string::npos; start = end + 2) {
    EXPECT_LE(end - start, 76U);
    if (end > start) {
      EXPECT_NE(encoded[end - 1], ' ');
    }
    EXPECT_NE(encoded.substr(start, end - start), ".");
    EXPECT_FALSE(encoded.substr(start).starts_with("From "));
  }
  EXPECT_TRUE(std::all_of(encoded.begin(), encoded.end(),
                          [](char c) { return static_cast<unsigned char>(c) < 128; }));
  std::string decoded = decode_quoted_printable(encoded);
  std::erase(decoded, '\r');
  EXPECT_EQ(decoded, body);
}

TEST(Mail, AddressesThatCannotBeSentTo) {
  for (const char* good : {"a@b.se", "first.last+tag@sub.example.com", "o'brien@example.ie"})
    EXPECT_TRUE(is_sendable(good)) << good;
  for (const char* bad :
       {"", "a", "@b.se", "a@", "a@b@c.se", "a b@c.se", "a@b.se\r\nRCPT TO:<x@y.z>", "<a@b.se>",
        "a@b.se>", "a,b@c.se", "\"a\"@b.se", "-x@b.se", "a@b\x7f.se"})
    EXPECT_FALSE(is_sendable(bad)) << bad;
}

TEST(Mail, ReadsTheSenderFromConfiguration) {
  const auto named = mailbox_from("ThenorSound <no-reply@thenorsound.example>");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->name, "ThenorSound");
  EXPECT_EQ(named->address, "no-reply@thenorsound.example");
  EXPECT_EQ(mailbox_from("\"A B\" <a@b.se>")->name, "A B");
  EXPECT_EQ(mailbox_from("a@b.se")->address, "a@b.se");
  for (const char* bad : {"", "x", "A <a@b.se", "A <>", "A <a@b.se> x"})
    EXPECT_FALSE(mailbox_from(bad)) << bad;
}

TEST(Mail, TheMessageIdIsTheSameForTheSameMessageAndReader) {
  const std::string id = message_id_of("m1", "a@b.se", "x.example");
  EXPECT_EQ(id, message_id_of("m1", "a@b.se", "x.example"));
  EXPECT_NE(id, message_id_of("m2", "a@b.se", "x.example"));
  EXPECT_NE(id, message_id_of("m1", "c@b.se", "x.example"));
  EXPECT_TRUE(id.ends_with("@x.example"));
  EXPECT_EQ(id.find("a@b"), std::string::npos);
}

}  // namespace
}  // namespace thenorsound::notification
