// Draws an invoice's paper as PDF (A4). The only place that sees cairo and pango.
#pragma once
#include <string>

#include "services/booking/invoice_paper.hpp"

namespace thenorsound::booking {

// The file's bytes; the same for the same paper. Takes milliseconds of computing: never on a
// thread that serves. One call at a time in a process: fontconfig's caches are shared.
std::string draw_pdf(const InvoicePaper& paper, Day issued);

}  // namespace thenorsound::booking
