//! `GET /books/export`: which days, and a button a format; `GET /books/export/file` is the file.

use askama::Template;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use http::{HeaderValue, Uri, header};
use jiff::civil::Date;
use kit::locale::Locale;

use super::export::{self, Days, Format};
use crate::app::App;
use crate::fields::Fields;
use crate::page::{Errors, Page, Section, headers};
use crate::problem::Problem;
use crate::visit::Visit;
use crate::who::Who;

#[derive(Template)]
#[template(path = "books/export.html")]
struct View {
    page: Page,
    errors: Errors,
    from: String,
    until: String,
}

pub(super) async fn get(who: Who, visit: Visit, uri: Uri) -> Result<Response, Problem> {
    let view = view(&who, &visit, &Fields::of_query(&uri), Errors::new());
    Ok(view.page.ok(&view))
}

pub(super) async fn file(
    State(app): State<App>,
    who: Who,
    visit: Visit,
    uri: Uri,
) -> Result<Response, Problem> {
    let asked = Fields::of_query(&uri);
    let format = Format::parse(&asked.get("format")).ok_or(Problem::NotFound)?;
    let page = visit.page(&who);
    let days = match days(page.l, &asked) {
        Ok(days) => days,
        Err(errors) => {
            let view = view(&who, &visit, &asked, errors);
            return Ok(view.page.unprocessable(&view));
        }
    };
    let scope = who.scope.clone();
    let text = app
        .db()
        .read_slow(move |tx| export::write(tx, &scope, format, days))
        .await?;
    let name = export::file_name(&who.scope, format, days);
    let mut response = Response::new(Body::from(text));
    let map = response.headers_mut();
    map.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(format.content_type()),
    );
    let disposition = format!("attachment; filename=\"{name}\"");
    map.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_str(&disposition).map_err(Problem::internal)?,
    );
    headers::protect(map, &page.kind, page.https);
    Ok(response)
}

fn days(l: Locale, asked: &Fields) -> Result<Days, Errors> {
    let mut errors = Errors::new();
    let mut day = |name: &'static str| {
        let typed = asked.get(name);
        let read = typed.parse::<Date>().ok();
        if read.is_none() && !typed.is_empty() {
            errors.add(name, l.t("books-export-no-day").into_owned());
        }
        read
    };
    let (from, until) = (day("from"), day("until"));
    if from.zip(until).is_some_and(|(from, until)| from > until) {
        errors.add("until", l.t("books-export-wrong-way").into_owned());
    }
    if errors.is_empty() {
        Ok(Days { from, until })
    } else {
        Err(errors)
    }
}

fn view(who: &Who, visit: &Visit, asked: &Fields, errors: Errors) -> View {
    let page = visit.page(who).within(Section::Books);
    let title = page.l.t("books-export").into_owned();
    View {
        page: page.titled(title).with_errors(&errors),
        errors,
        from: asked.get("from"),
        until: asked.get("until"),
    }
}
