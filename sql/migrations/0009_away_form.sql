-- A form that is sent again is looked for among the visitor's own.
CREATE INDEX away_form_by_customer ON away_form(customer_id);
