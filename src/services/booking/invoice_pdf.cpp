#include "services/booking/invoice_pdf.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>

// The sanitizers see neither these libraries' locks nor what fontconfig keeps to the end.
#if defined(__SANITIZE_ADDRESS__)
extern "C" const char* __lsan_default_suppressions() { return "leak:libfontconfig\n"; }
#elif defined(__SANITIZE_THREAD__)
extern "C" const char* __tsan_default_suppressions() {
  return "race:libcairo.so\nrace:libpango\nrace:libfontconfig.so\nrace:libglib-2.0.so\n";
}
#endif

namespace thenorsound::booking {
namespace {
// A4 in points, and where things stand on it.
constexpr double page_width = 595.28;
constexpr double page_height = 841.89;
constexpr double margin = 48;
constexpr double right_edge = page_width - margin;
constexpr double facts_left = 318;
constexpr double label_width = 104;
constexpr double footer_gap = 9;  // below its line
constexpr double page_number_top = page_height - 34;
constexpr double row_padding = 6;
constexpr double sums_left = 300;

struct Colour {
  double red, green, blue;
};
constexpr Colour ink{0.13, 0.15, 0.19};
constexpr Colour faded{0.40, 0.43, 0.48};
constexpr Colour accent{0.06, 0.30, 0.42};
constexpr Colour hairline{0.82, 0.84, 0.87};
constexpr Colour panel{0.945, 0.957, 0.965};

struct Style {
  double size;
  bool bold = false;
  Colour colour = ink;
};
constexpr Style heading{22, true, accent};
constexpr Style seller_name{15, true, ink};
constexpr Style plain{9.5};
constexpr Style strong{9.5, true};
constexpr Style label{8.5, false, faded};
constexpr Style small{8, false, faded};
constexpr Style total_style{13, true, accent};

enum class Side { left, right };

struct Column {
  double left, right;
  Side side;
};
constexpr std::array<Column, 5> columns{{{margin, 268, Side::left},
                                         {272, 350, Side::right},
                                         {354, 424, Side::right},
                                         {428, 468, Side::right},
                                         {472, right_edge, Side::right}}};

struct Release {
  void operator()(cairo_t* it) const { cairo_destroy(it); }
  void operator()(cairo_surface_t* it) const { cairo_surface_destroy(it); }
  void operator()(PangoLayout* it) const { g_object_unref(it); }
  void operator()(PangoFontDescription* it) const { pango_font_description_free(it); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

cairo_status_t append(void* to, const unsigned char* bytes, unsigned count) {
  static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

// Puts text and lines on pages.
class Pen {
 public:
  Pen(cairo_surface_t* surface, const std::string& language)
      : cairo_(cairo_create(surface)), layout_(pango_cairo_create_layout(cairo_.get())) {
    pango_context_set_language(pango_layout_get_context(layout_.get()),
                               pango_language_from_string(language.c_str()));
    pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD_CHAR);
  }

  // Returns the height taken.
  double text(const std::string& words, double left, double right, double top, const Style& style,
              Side side = Side::left) {
    set(words, right - left, style, side);
    colour(style.colour);
    cairo_move_to(cairo_.get(), left, top);
    pango_cairo_show_layout(cairo_.get(), layout_.get());
    return height();
  }
  double height_of(const std::string& words, double width, const Style& style) {
    set(words, width, style, Side::left);
    return height();
  }
  double natural_width(const std::string& words, const Style& style) {
    set(words, page_width, style, Side::left);
    int wide = 0, tall = 0;
    pango_layout_get_size(layout_.get(), &wide, &tall);
    return static_cast<double>(wide) / PANGO_SCALE;
  }
  void line(double left, double right, double y, Colour tint, double thickness) {
    colour(tint);
    cairo_set_line_width(cairo_.get(), thickness);
    cairo_move_to(cairo_.get(), left, y);
    cairo_line_to(cairo_.get(), right, y);
    cairo_stroke(cairo_.get());
  }
  void box(double left, double right, double top, double bottom, Colour tint) {
    colour(tint);
    cairo_rectangle(cairo_.get(), left, top, right - left, bottom - top);
    cairo_fill(cairo_.get());
  }
  void end_page() { cairo_show_page(cairo_.get()); }

 private:
  void colour(Colour tint) { cairo_set_source_rgb(cairo_.get(), tint.red, tint.green, tint.blue); }
  void set(const std::string& words, double width, const Style& style, Side side) {
    const Owned<PangoFontDescription> font(pango_font_description_new());
    pango_font_description_set_family(font.get(), "DejaVu Sans");
    pango_font_description_set_absolute_size(font.get(), style.size * PANGO_SCALE);
    pango_font_description_set_weight(font.get(),
                                      style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout_.get(), font.get());
    pango_layout_set_width(layout_.get(), static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_alignment(layout_.get(),
                               side == Side::right ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
    pango_layout_set_text(layout_.get(), words.data(), static_cast<int>(words.size()));
  }
  double height() const {
    int width = 0, tall = 0;
    pango_layout_get_size(layout_.get(), &width, &tall);
    return static_cast<double>(tall) / PANGO_SCALE;
  }

  Owned<cairo_t> cairo_;
  Owned<PangoLayout> layout_;
};

class Drawing {
 public:
  Drawing(Pen& pen, const InvoicePaper& paper)
      : pen_(pen), paper_(paper), footer_top_(page_number_top - footer_gap - footer_height()) {}

  void draw() {
    head();
    parties();
    table();
    sums();
    payment();
    remarks();
    footer();
    pen_.end_page();
  }

 private:
  void head() {
    const double left = pen_.text(paper_.seller, margin, facts_left - 16, margin, seller_name);
    const double right = pen_.text(paper_.title, facts_left, right_edge, margin - 5, heading);
    y_ = margin + std::max(left, right) + 10;
    pen_.line(margin, right_edge, y_, accent, 1.2);
    y_ += 18;
  }

  void parties() {
    double left = y_;
    left += pen_.text(paper_.buyer_heading, margin, facts_left - 16, left, label) + 3;
    for (std::size_t i = 0; i < paper_.buyer.size(); ++i)
      left +=
          pen_.text(paper_.buyer[i], margin, facts_left - 16, left, i == 0 ? strong : plain) + 2;
    double right = y_;
    for (const auto& [name, value] : paper_.facts) {
      const double named =
          pen_.text(name, facts_left, facts_left + label_width, right + 0.8, label);
      const double told = pen_.text(value, facts_left + label_width, right_edge, right, plain);
      right += std::max(named, told) + 3.5;
    }
    y_ = std::max(left, right) + 22;
  }

  void table() {
    table_head();
    for (const PaperRow& row : paper_.rows) {
      const double tall = pen_.height_of(row.text, columns[0].right - columns[0].left, plain);
      if (y_ + tall + row_padding > rows_bottom()) {
        next_page();
        table_head();
      }
      cells(row, plain);
      y_ += tall + row_padding;
      pen_.line(margin, right_edge, y_, hairline, 0.5);
      y_ += row_padding;
    }
    y_ += 8;
  }

  void table_head() {
    cells(paper_.columns, label);
    y_ += 15;
    pen_.line(margin, right_edge, y_, ink, 0.8);
    y_ += row_padding;
  }

  void cells(const PaperRow& row, const Style& style) {
    const std::array<const std::string*, 5> texts{&row.text, &row.quantity, &row.unit_price,
                                                  &row.vat, &row.amount};
    for (std::size_t i = 0; i < texts.size(); ++i)
      pen_.text(*texts[i], columns[i].left, columns[i].right, y_, style, columns[i].side);
  }

  void sums() {
    make_room(22 * static_cast<double>(paper_.sums.size() + 2));
    for (const auto& [name, value] : paper_.sums) {
      pen_.text(name, sums_left, 448, y_, plain);
      y_ += pen_.text(value, 448, right_edge, y_, plain, Side::right) + 5;
    }
    y_ += 3;
    pen_.line(sums_left, right_edge, y_, accent, 1);
    y_ += 7;
    pen_.text(paper_.total.first, sums_left, 420, y_, total_style);
    y_ += pen_.text(paper_.total.second, 420, right_edge, y_, total_style, Side::right) + 24;
  }

  // Side by side, each as wide as its words want, the rest shared.
  void payment() {
    if (paper_.payment.empty()) return;
    constexpr double inside = right_edge - margin - 28;
    const auto wanted = [this](const Labelled& item) {
      return std::max(pen_.natural_width(item.first, label),
                      pen_.natural_width(item.second, strong));
    };
    double sum = 0;
    for (const Labelled& item : paper_.payment) sum += wanted(item);
    const double gap = std::max(8.0, (inside - sum) / static_cast<double>(paper_.payment.size()));
    constexpr double tall = 48;
    make_room(tall + 16);
    pen_.box(margin, right_edge, y_, y_ + tall, panel);
    double left = margin + 14;
    for (const Labelled& item : paper_.payment) {
      const double right = std::min(left + wanted(item) + 1, right_edge - 6);
      const double named = pen_.text(item.first, left, right, y_ + 10, label);
      pen_.text(item.second, left, right, y_ + 13 + named, strong);
      left += wanted(item) + gap;
    }
    y_ += tall + 16;
  }

  void remarks() {
    for (const std::string& remark : paper_.remarks) {
      make_room(pen_.height_of(remark, right_edge - margin, small));
      y_ += pen_.text(remark, margin, right_edge, y_, small) + 4;
    }
  }

  void make_room(double tall) {
    if (y_ + tall > rows_bottom()) next_page();
  }

  void next_page() {
    footer();
    pen_.end_page();
    ++page_;
    y_ = margin;
  }

  double footer_width() const {
    return (right_edge - margin) / static_cast<double>(paper_.footer.size());
  }
  double footer_height() {
    double tallest = 0;
    for (const auto& lines : paper_.footer) {
      double tall = 0;
      for (const std::string& words : lines)
        tall += pen_.height_of(words, footer_width() - 10, small) + 1;
      tallest = std::max(tallest, tall);
    }
    return tallest + footer_gap;
  }
  double rows_bottom() const { return footer_top_ - 20; }

  void footer() {
    pen_.line(margin, right_edge, footer_top_, hairline, 0.8);
    double left = margin;
    for (const auto& lines : paper_.footer) {
      double top = footer_top_ + footer_gap;
      for (const std::string& words : lines)
        top += pen_.text(words, left, left + footer_width() - 10, top, small) + 1;
      left += footer_width();
    }
    pen_.text(paper_.page + " " + std::to_string(page_), margin, right_edge, page_number_top, small,
              Side::right);
  }

  Pen& pen_;
  const InvoicePaper& paper_;
  const double footer_top_;
  double y_ = margin;
  int page_ = 1;
};

void describe(cairo_surface_t* surface, const InvoicePaper& paper, Day issued) {
  const std::string title = paper.title + " " + paper.facts.front().second;
  const std::string made = to_iso(issued) + "T00:00:00Z";
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, paper.seller.c_str());
  cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, made.c_str());
}
}  // namespace

std::string draw_pdf(const InvoicePaper& paper, Day issued) {
  static std::mutex one_at_a_time;
  const std::lock_guard lock(one_at_a_time);
  std::string bytes;
  const Owned<cairo_surface_t> surface(
      cairo_pdf_surface_create_for_stream(append, &bytes, page_width, page_height));
  describe(surface.get(), paper, issued);
  {
    Pen pen(surface.get(), paper.language);
    Drawing(pen, paper).draw();
  }
  cairo_surface_finish(surface.get());
  if (cairo_surface_status(surface.get()) != CAIRO_STATUS_SUCCESS) bytes.clear();
  return bytes;
}

}  // namespace thenorsound::booking
