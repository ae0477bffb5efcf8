package field

func orders() []Field {
	return []Field{
		count("orders.count", "orders ever placed"),
		count("orders.count_online", "orders placed online"),
		count("orders.count_store", "orders placed in a store"),
		count("orders.items_total", "items ever bought"),
		number("orders.total", "money ever spent"),
		number("orders.value_12m", "money spent in the last 12 months"),
		number("orders.aov", "average order value"),
		number("orders.aov_store", "average order value in stores"),
		number("orders.margin_total", "margin ever earned; negative is a loss"),
		number("orders.gross.amount", "sales before returns"),
		text("orders.gross.currency", "currency of the sales, ISO 4217"),
		number("orders.net.amount", "sales less returns"),
		text("orders.net.currency", "currency of the net sales, ISO 4217"),
		count("orders.full_price_count", "orders without a discount"),
		count("orders.discount_count", "orders with a discount"),
		count("orders.new_season_count", "orders of new-season goods"),
		count("orders.returns_count", "orders sent back"),
		count("orders.cancelled_count", "orders cancelled"),
		count("orders.chargebacks", "payments taken back through the bank"),
		count("orders.days_overdue", "days that the oldest open invoice is overdue"),
		flag("orders.only_gifts", "every order was a gift"),
		texts("orders.categories", "categories ever bought"),
		text("orders.last_category", "category of the last order"),
		texts("orders.material_interest", "materials and properties bought or searched for"),
		declare("orders.history", ListOfObjects(
			Member{"id", ID}, Member{"at", Time}, Member{"total", Float}, Member{"items", Int},
			Member{"discount", Float}, Member{"category", String}, Member{"channel", String}, Member{"returned", Bool},
		), "the orders themselves, where the platform sends them", nil),
		updated("orders"),
	}
}

func orderTimes() []Field {
	return []Field{
		instant("orders.first_at", "time of the first order"),
		instant("orders.last_at", "time of the last order"),
		instant("orders.last_store_at", "time of the last order in a store"),
		amount("orders.gap_days_avg", "average days between orders"),
		amount("orders.gap_days_now", "days since the last order"),
		amount("orders.cycle_years", "years between two purchases that are usual for what was bought"),
	}
}

func cart() []Field {
	return []Field{
		amount("cart.value", "value of the open cart"),
		count("cart.abandoned_90d", "carts left in the last 90 days"),
		instant("cart.updated_at", "when the cart was last changed"),
	}
}

func scores() []Field {
	return []Field{
		count("rfm.r", "recency score; higher is more recent"),
		count("rfm.f", "frequency score; higher is more often"),
		count("rfm.m", "monetary score; higher is more money"),
		text("rfm.segment", "segment that the scores fall into"),
		text("rfm.frequency", "frequency in words (casual, regular)"),
		text("rfm.monetary", "money in words (low, medium, high)"),
		updated("rfm"),
		text("abcxyz.abc", "share of profit: A most, C least", oneOf("A", "B", "C")),
		text("abcxyz.xyz", "steadiness of buying: X steady, Z irregular", oneOf("X", "Y", "Z")),
		number("abcxyz.profit_percentile", "percent of contacts that bring less profit", atLeast(0), atMost(100)),
		updated("abcxyz"),
		flag("trend.slipping", "buys clearly less than before"),
		number("trend.slope", "change of spending, in the sender's currency a month"),
		updated("trend"),
	}
}

func engagement() []Field {
	return []Field{
		count("engagement.sent_90d", "messages sent in the last 90 days"),
		count("engagement.opens_90d", "opens in the last 90 days; machines open mail too"),
		count("engagement.clicks_90d", "clicks in the last 90 days"),
		count("engagement.sends_since_engagement", "messages sent since the last open or click"),
		instant("engagement.last_sent_at", "time of the last message"),
		instant("engagement.last_open_at", "time of the last open"),
		instant("engagement.last_click_at", "time of the last click"),
		count("engagement.hard_bounces", "mails refused for good"),
		count("engagement.complaints", "mails reported as spam"),
		updated("engagement"),
	}
}

func web() []Field {
	return []Field{
		count("web.sessions_30d", "visits in the last 30 days"),
		count("web.browse_30d", "pages browsed in the last 30 days"),
		count("web.search_30d", "searches in the last 30 days"),
		count("web.product_views_90d", "product pages seen in the last 90 days"),
		count("web.spec_views_90d", "specifications seen in the last 90 days"),
		count("web.pricing_views_90d", "price pages seen in the last 90 days"),
		count("web.downloads_90d", "downloads in the last 90 days"),
		count("web.careers_views_30d", "job pages seen in the last 30 days"),
		flag("web.demo_seen", "saw a demo"),
		count("web.trials", "trials started"),
		count("web.wishlist", "items on the wish list"),
		instant("web.last_seen_at", "time of the last visit"),
		updated("web"),
	}
}

func support() []Field {
	return []Field{
		count("support.tickets_total", "support requests ever made"),
		count("support.tickets_90d", "support requests in the last 90 days"),
		flag("support.open_complaint", "a complaint is open"),
		amount("support.csat", "satisfaction after support, on the sender's scale"),
		whole("support.nps", "answer to “would you recommend us?”, 0 to 10", atLeast(0), atMost(10)),
		amount("support.cost_12m", "cost of support in the last 12 months"),
		instant("support.bad_review_at", "time of the last bad public review"),
		count("support.good_reviews", "good public reviews"),
		instant("support.refund_at", "time of the last refund or cancellation"),
		updated("support"),
	}
}

func crm() []Field {
	return []Field{
		text("crm.stage", "stage in the sales pipeline (lead, mql, sql, negotiation, customer)"),
		count("crm.stage_days", "days in that stage"),
		count("crm.meetings_90d", "meetings in the last 90 days"),
		flag("crm.qualified", "sales has confirmed need and means"),
		text("crm.buying_role", "part in the purchase (executive, evaluator, user)"),
		text("crm.partner_type", "kind of trade partner (designer, foreman, installer)"),
		amount("crm.acquisition_cost", "cost of winning the contact"),
		number("crm.ltv", "expected value of the contact over time"),
		amount("crm.cost_to_serve_12m", "cost of serving the contact in the last 12 months"),
		number("crm.deal_value", "value of the open deal"),
		flag("crm.lost_no_need", "the deal was lost because there was no need"),
		instant("crm.negative_released_at", "when the contact last left a negative persona"),
		updated("crm"),
	}
}
